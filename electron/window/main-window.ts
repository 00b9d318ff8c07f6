import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Preset, WindowSettings } from '../host/host-contract.ts'
import { presetArgument } from '../ipc/channels.ts'
import type { PageListener } from '../ipc/window-bridge.ts'
import { pageAddress } from '../page/page-address.ts'
import type { DesktopSettings } from '../settings/desktop-settings.ts'
import { webPreferences } from './web-preferences.ts'
import { openingBounds, smallestWindow, type WindowState } from './window-state.ts'

export interface MainWindowDeps {
  readonly preload: string
  readonly icon: string
  readonly preset: Preset
  readonly settings: DesktopSettings
  /** Called when the person closes the window; false keeps it open. */
  mayClose(): boolean
  onClosed(): void
  onFocused(): void
  onFailure(error: unknown): void
}

/** The one window. Closed, it is gone from memory, and `show` makes it anew. */
export interface MainWindow {
  show(): void
  close(): void
  current(): BrowserWindow | undefined
  page(): PageListener | undefined
  apply(settings: WindowSettings): void
}

export function createMainWindow(deps: MainWindowDeps): MainWindow {
  let current: BrowserWindow | undefined
  const show = (): void => {
    current ??= open(deps, () => (current = undefined))
    if (current.isMinimized()) current.restore()
    if (current.isVisible()) current.focus()
  }
  return {
    show,
    close: () => current?.close(),
    current: () => current,
    page: () => {
      const contents = current?.webContents
      if (contents === undefined || contents.isDestroyed()) return undefined
      return {
        webContentsId: contents.id,
        send: (channel, ...values) => contents.send(channel, ...values),
        sendOnceThere: (channel, ...values) => {
          const send = (): void => contents.send(channel, ...values)
          if (contents.isLoadingMainFrame()) contents.once('dom-ready', send)
          else send()
        },
      }
    },
    apply: ({ zoomFactor }) => current?.webContents.setZoomFactor(zoomFactor),
  }
}

function open(deps: MainWindowDeps, onClosed: () => void): BrowserWindow {
  const last = deps.settings.window()
  const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((each) => each.workArea)
  const window = new BrowserWindow({
    ...openingBounds(last, areas),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Holdfast',
    icon: deps.icon,
    // The page's own ground, so that nothing flashes before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#10181c' : '#ffffff',
    show: false,
    webPreferences: {
      ...webPreferences(deps.preload),
      zoomFactor: deps.settings.settings().zoomFactor,
      additionalArguments: [`${presetArgument}${encodeURIComponent(JSON.stringify(deps.preset))}`],
    },
  })
  if (last?.isMaximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('focus', () => deps.onFocused())
  window.on('close', (event) => {
    if (!deps.mayClose()) return event.preventDefault()
    deps.settings.update({ window: stateOf(window) }).catch((error: unknown) => deps.onFailure(error))
  })
  window.on('closed', () => {
    onClosed()
    deps.onClosed()
  })
  // The page keeps nothing that is not in the client: after a crash of its process it is simply drawn again.
  window.webContents.on('render-process-gone', (_event, details) => {
    deps.onFailure(new Error(`The window's process ended: ${details.reason} (${details.exitCode})`))
    if (details.reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload()
  })
  window.loadURL(pageAddress).catch((error: unknown) => deps.onFailure(error))
  return window
}

function stateOf(window: BrowserWindow): WindowState {
  return { ...window.getNormalBounds(), isMaximized: window.isMaximized() }
}
