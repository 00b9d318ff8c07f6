import type { MenuItemConstructorOptions } from 'electron'
import type { LinkedScreen } from '../host/host-contract.ts'
import type { Words } from '../words/words.ts'

export interface MenuActions {
  show(screen: LinkedScreen): void
  backUpNow(): void
  zoom(step: 1 | -1 | 0): void
  quit(): void
}

/** The menu bar: on macOS with the application's own menu first, elsewhere with File first. */
export function menuTemplate(
  words: Words,
  actions: MenuActions,
  isMac: boolean,
): readonly MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const about = { label: words.about, click: () => actions.show('about') }
  const settings = {
    label: words.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.show('settings'),
  }
  // The role would close the windows first; our own asks about running backups before anything closes.
  const quit = { label: words.quit, accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() }
  const application: MenuItemConstructorOptions = {
    label: 'Holdfast',
    submenu: [
      about,
      separator,
      settings,
      separator,
      { role: 'services', label: words.services },
      separator,
      { role: 'hide', label: words.hide },
      { role: 'hideOthers', label: words.hideOthers },
      { role: 'unhide', label: words.showAll },
      separator,
      quit,
    ],
  }
  const closeWindow: MenuItemConstructorOptions = { role: 'close', label: words.closeWindow }
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: [
      { label: words.backUpNow, accelerator: 'CmdOrCtrl+B', click: () => actions.backUpNow() },
      { label: words.restore, accelerator: 'CmdOrCtrl+R', click: () => actions.show('restore') },
      separator,
      ...(isMac ? [closeWindow] : [settings, separator, closeWindow, quit]),
    ],
  }
  const edit: MenuItemConstructorOptions = {
    label: words.edit,
    submenu: [
      { role: 'undo', label: words.undo },
      { role: 'redo', label: words.redo },
      separator,
      { role: 'cut', label: words.cut },
      { role: 'copy', label: words.copy },
      { role: 'paste', label: words.paste },
      { role: 'selectAll', label: words.selectAll },
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: words.view,
    submenu: [
      { label: words.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: () => actions.zoom(1) },
      // The same key without Shift on most keyboards.
      {
        label: words.zoomIn,
        accelerator: 'CmdOrCtrl+=',
        visible: false,
        acceleratorWorksWhenHidden: true,
        click: () => actions.zoom(1),
      },
      { label: words.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => actions.zoom(-1) },
      { label: words.actualSize, accelerator: 'CmdOrCtrl+0', click: () => actions.zoom(0) },
      separator,
      { role: 'togglefullscreen', label: words.fullScreen },
    ],
  }
  const window: MenuItemConstructorOptions = {
    role: 'windowMenu',
    label: words.window,
    submenu: [{ role: 'minimize', label: words.minimize }, closeWindow],
  }
  const help: MenuItemConstructorOptions = { role: 'help', label: words.help, submenu: [about] }
  return isMac ? [application, file, edit, view, window] : [file, edit, view, help]
}

const zoomSteps = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3]

/** The next larger or smaller size of the ones that browsers use; 0 is the actual size. */
export function nextZoom(current: number, step: 1 | -1 | 0): number {
  if (step === 0) return 1
  if (step === 1) return zoomSteps.find((each) => each > current + 0.01) ?? 3
  return zoomSteps.findLast((each) => each < current - 0.01) ?? 0.5
}
