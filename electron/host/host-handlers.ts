import { clipboard, dialog, nativeTheme, shell, type App } from 'electron'
import type { ClientApi } from '../../shared/client-api.ts'
import type { LoginItem } from '../login-item/login-item.ts'
import type { DesktopSettings } from '../settings/desktop-settings.ts'
import type { Updates } from '../updates/updates.ts'
import type { MainWindow } from '../window/main-window.ts'
import { diagnosticsText, type ProgramFacts } from './diagnostics.ts'
import type { HostHandlers, WindowSettings } from './host-contract.ts'
import { externalAddress } from './open-external.ts'
import { commonFolders } from './places.ts'
import { printDocument } from './print-document.ts'
import { safeFileName, saveTextAs } from './save-text.ts'

export interface HostDeps {
  readonly app: App
  readonly api: ClientApi
  readonly window: MainWindow
  readonly settings: DesktopSettings
  readonly loginItem: LoginItem
  readonly updates: Updates
  readonly facts: ProgramFacts
  onSettings(settings: WindowSettings): void
  /** Ends what must end before a new version may start; false when the person said no. */
  prepareToQuit(): Promise<boolean>
}

export function hostHandlers(deps: HostDeps): HostHandlers {
  const { window, settings } = deps
  const change = async (changed: Partial<WindowSettings>): Promise<WindowSettings> => {
    const next = { ...settings.settings(), ...changed }
    await settings.update({ settings: next })
    deps.onSettings(next)
    return next
  }
  return {
    pickFolders: () =>
      pick(window, ['openDirectory', 'multiSelections', 'showHiddenFiles', 'createDirectory']),
    pickFiles: () => pick(window, ['openFile', 'multiSelections', 'showHiddenFiles']),
    commonFolders: async () => ({ folders: await commonFolders(deps.app, process.platform) }),
    openExternal: async ({ address }) => {
      const status = await deps.api.request('app.status', {})
      const own = status.ok ? (status.value.server?.address ?? null) : null
      await shell.openExternal(externalAddress(address, own))
      return { done: true }
    },
    setTheme: async ({ theme }) => {
      nativeTheme.themeSource = theme
      await change({ theme })
      return { done: true }
    },
    setLanguage: async ({ language }) => {
      await change({ language })
      return { done: true }
    },
    loginItem: async () => ({ isOn: await deps.loginItem.isOn() }),
    setLoginItem: async ({ isOn }) => {
      await deps.loginItem.set(isOn)
      return { done: true }
    },
    saveDiagnostics: async () => {
      const text = await diagnosticsText(deps.api, deps.facts)
      return { wasSaved: await saveWhereChosen(window, 'holdfast-diagnostics.json', text) }
    },
    copyText: async ({ text }) => {
      await clipboard.writeText(text)
      return { done: true }
    },
    saveText: async ({ suggestedName, text }) => ({
      wasSaved: await saveWhereChosen(window, suggestedName, text),
    }),
    printDocument: async ({ html }) => {
      await printDocument(html)
      return { done: true }
    },
    windowSettings: () => Promise.resolve(settings.settings()),
    changeWindowSettings: (changed) => change(withoutUndefined(changed)),
    checkForUpdate: () => deps.updates.check(),
    downloadUpdate: () => deps.updates.download(),
    installUpdate: async () => {
      if (await deps.prepareToQuit()) deps.updates.install()
      return { done: true }
    },
  }
}

type PickKind = 'openDirectory' | 'openFile' | 'multiSelections' | 'showHiddenFiles' | 'createDirectory'

async function pick(window: MainWindow, properties: PickKind[]): Promise<{ paths: string[] | null }> {
  const parent = window.current()
  const picked = await (parent === undefined
    ? dialog.showOpenDialog({ properties })
    : dialog.showOpenDialog(parent, { properties }))
  return { paths: picked.canceled ? null : picked.filePaths }
}

async function saveWhereChosen(window: MainWindow, suggestedName: string, text: string): Promise<boolean> {
  const options = { defaultPath: safeFileName(suggestedName) }
  const parent = window.current()
  const chosen = await (parent === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(parent, options))
  if (chosen.canceled || chosen.filePath === undefined || chosen.filePath === '') return false
  await saveTextAs(chosen.filePath, text)
  return true
}

/** zod leaves `undefined` in fields that were given so; spread, they would erase what is set. */
function withoutUndefined(changed: {
  [K in keyof WindowSettings]?: WindowSettings[K] | undefined
}): Partial<WindowSettings> {
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
}
