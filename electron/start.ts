import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  app,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  session,
  type IpcMainInvokeEvent,
} from 'electron'
import { openPageFiles } from '../core/page/page-files.ts'
import { preconfigurationPath, readPreconfiguration } from '../core/preconfiguration/preconfiguration.ts'
import { backUpNow } from './back-up-now.ts'
import { linkAmong, screenOfLink } from './deep-link/deep-link.ts'
import { hostHandlers } from './host/host-handlers.ts'
import type { WindowSettings } from './host/host-contract.ts'
import type { Sender } from './ipc/sender.ts'
import { openWindowBridge } from './ipc/window-bridge.ts'
import { autostartLoginItem, systemLoginItem } from './login-item/login-item.ts'
import { menuTemplate, nextZoom } from './menu/menu-template.ts'
import { servePages } from './page/page-scheme.ts'
import { windowPower } from './power/power.ts'
import { apiOnceOpen, isOwner } from './opened-client.ts'
import { decideQuit, type QuitAnswer } from './quit.ts'
import { openDesktopSettings } from './settings/desktop-settings.ts'
import { followClient } from './tray/follow-client.ts'
import { createTray } from './tray/tray.ts'
import { feedUpdates } from './updates/feed-updates.ts'
import { managedUpdates } from './updates/updates.ts'
import { createMainWindow } from './window/main-window.ts'
import { languageFor, wordsOf } from './words/words.ts'

/** Puts the desktop program together, top to bottom; nothing here decides. */
export async function start(profile: string): Promise<void> {
  const isInBackground = process.argv.includes('--background')
  const here = __dirname
  const log = (error: unknown): string => {
    const id = `err_${randomBytes(9).toString('base64url')}`
    process.stderr.write(`${id} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return id
  }
  const prepared = await readPreconfiguration(preconfigurationPath(process))
  if (prepared.kind === 'refused') log(prepared.reason)
  const preconfiguration = prepared.kind === 'read' ? prepared.preconfiguration : undefined

  const settings = await openDesktopSettings(profile, log)
  nativeTheme.themeSource = settings.settings().theme
  servePages(session.defaultSession, await openPageFiles(join(here, '..', 'renderer')))

  // A person waits for the window: the rest of the program is read, and the profile opened, while its page loads.
  const opening = import('./client.ts').then(({ openWindowClient }) =>
    openWindowClient(profile, windowPower(powerMonitor), packagedHelper()),
  )
  const api = apiOnceOpen(opening.then((client) => client.api))

  const words = () => wordsOf(languageFor(settings.settings().language, app.getPreferredSystemLanguages()))
  let isEnding = false
  let scheduler: { stop(): Promise<void> } | undefined
  const window = createMainWindow({
    preload: join(here, 'preload.cjs'),
    icon: join(here, 'icon.png'),
    preset: {
      serverAddress: preconfiguration?.server?.address ?? process.env['HOLDFAST_SERVER'] ?? null,
    },
    settings,
    mayClose: () => {
      if (isEnding || settings.settings().keepRunning || process.platform === 'darwin') return true
      quit()
      return false
    },
    onClosed: () => {
      if (!isEnding) tellStillRunning()
    },
    onFocused: () => tray.seen(),
    onFailure: log,
  })

  const ask = async (): Promise<QuitAnswer> => {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      title: 'Holdfast',
      message: words().quitTitle,
      detail: words().quitBody,
      buttons: [words().quitKeep, words().quitStop, words().cancel],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    })
    return (['keep-running', 'stop', 'cancel'] as const)[response] ?? 'cancel'
  }
  const end = async (): Promise<void> => {
    isEnding = true
    tray.destroy()
    bridge.close()
    const client = await opening
    await scheduler?.stop()
    await (isOwner(client) ? client.stop() : client.close())
  }
  let ending: Promise<void> | undefined
  const endAndExit = (): void => {
    ending ??= end().catch((error: unknown) => void log(error))
    void ending.then(() => app.exit(0))
  }
  const mayQuit = async (): Promise<boolean> => {
    const { isOwner: isOurs } = await opening
    const decision = await decideQuit({ api, isOwner: isOurs, ask })
    if (decision === 'hide') window.close()
    return decision === 'quit'
  }
  const quit = (): void => {
    mayQuit().then(
      (may) => (may ? endAndExit() : undefined),
      (error: unknown) => void log(error),
    )
  }

  const updateAddress = app.isPackaged ? preconfiguration?.policy.updateAddress : undefined
  const updates =
    updateAddress === undefined
      ? managedUpdates
      : feedUpdates(async () => (await import('electron-updater')).autoUpdater, updateAddress, log)
  const program = process.env['APPIMAGE'] ?? process.execPath
  const loginItem =
    process.platform === 'linux'
      ? autostartLoginItem(program, app.getPath('home'))
      : systemLoginItem(app, program)

  const applySettings = (changed: WindowSettings): void => {
    window.apply(changed)
    buildMenu()
    tray.refresh()
  }
  const bridge = openWindowBridge({
    api,
    host: hostHandlers({
      app,
      api,
      window,
      settings,
      loginItem,
      updates,
      facts: {
        version: app.getVersion(),
        versions: { ...process.versions },
        platform: `${process.platform}-${process.arch}`,
        isPackaged: app.isPackaged,
      },
      onSettings: applySettings,
      prepareToQuit: async () => {
        if (!(await mayQuit())) return false
        await (ending ??= end())
        return true
      },
    }),
    invocations: {
      handle: (channel, answer) =>
        ipcMain.handle(channel, (event, name: unknown, input: unknown) =>
          answer(senderOf(event), name, input),
        ),
    },
    page: () => window.page(),
    onUnexpected: log,
    onRefused: (sender, channel) =>
      log(`Refused a message on ${channel} from ${sender.frame?.url ?? 'nowhere'}`),
  })

  const show = (link?: string): void => {
    window.show()
    const screen = link === undefined ? undefined : screenOfLink(link)
    if (screen !== undefined) bridge.showScreen(screen)
  }
  const startBackup = (): void => {
    backUpNow(api).then(
      (problem) => (problem === undefined ? undefined : show()),
      (error: unknown) => void log(error),
    )
  }
  const tellStillRunning = (): void => {
    if (settings.wasToldKeepsRunning() || !Notification.isSupported()) return
    new Notification({ title: words().stillRunningTitle, body: words().stillRunningBody }).show()
    settings.update({ wasToldKeepsRunning: true }).catch((error: unknown) => void log(error))
  }
  const tray = followClient({
    api,
    tray: createTray(join(here, 'tray'), { open: () => show(), backUpNow: startBackup, quit }),
    words,
    locale: () => app.getLocale(),
    notify: (title, body) => {
      if (!settings.settings().notify || !Notification.isSupported()) return
      const notification = new Notification({ title, body })
      notification.on('click', () => {
        show()
        bridge.showScreen('activity')
      })
      notification.show()
    },
    onFailure: log,
  })
  const buildMenu = (): void => {
    const template = menuTemplate(
      words(),
      {
        show: (screen) => {
          show()
          bridge.showScreen(screen)
        },
        backUpNow: startBackup,
        zoom: (step) => {
          const next = { ...settings.settings(), zoomFactor: nextZoom(settings.settings().zoomFactor, step) }
          settings.update({ settings: next }).catch((error: unknown) => void log(error))
          window.apply(next)
        },
        quit,
      },
      process.platform === 'darwin',
    )
    Menu.setApplicationMenu(Menu.buildFromTemplate([...template]))
  }
  buildMenu()

  app.on('second-instance', (_event, args) => show(linkAmong(args)))
  app.on('open-url', (event, link) => {
    event.preventDefault()
    show(link)
  })
  app.on('activate', () => show())
  // Without this listener Electron would end the program, and the schedule with it.
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => {
    if (isEnding) return
    event.preventDefault()
    quit()
  })
  // The computer is shut down: nobody is there to be asked.
  powerMonitor.on('shutdown', endAndExit)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endAndExit)
  powerMonitor.on('resume', () => tray.refresh())

  if (!isInBackground) show(linkAmong(process.argv))

  const client = await opening
  if (isEnding) return
  if (isOwner(client)) scheduler = client.startScheduler()
  if (preconfiguration?.policy.startAtSignIn === true) await loginItem.set(true)
}

function senderOf(event: IpcMainInvokeEvent): Sender {
  // Electron's types before 33 knew no frame that has gone.
  const frame = event.senderFrame as typeof event.senderFrame | undefined
  return {
    webContentsId: event.sender.id,
    frame: frame === null || frame === undefined ? null : { url: frame.url, isTop: frame.parent === null },
  }
}

/**
 * What a packaged program brings beside itself. Its own Electron refuses to be a Node (a fuse: otherwise any
 * program could run its scripts under our name), so the credential store's process gets the terminal's Node.
 */
function packagedHelper(): { node: string; keytar: string } | undefined {
  if (!app.isPackaged) return undefined
  const terminal = join(process.resourcesPath, 'terminal')
  return {
    node: join(terminal, process.platform === 'win32' ? 'node.exe' : 'node'),
    keytar: join(terminal, 'node_modules', '@github', 'keytar'),
  }
}
