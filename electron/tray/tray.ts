import { join } from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import type { Words } from '../words/words.ts'
import type { TrayState, TrayView } from './tray-status.ts'

export interface TrayActions {
  open(): void
  backUpNow(): void
  quit(): void
}

export interface HoldfastTray {
  show(view: TrayView, words: Words): void
  destroy(): void
}

/** @param pictures folder of the tray's pictures, one for each state */
export function createTray(pictures: string, actions: TrayActions): HoldfastTray {
  const picture = (state: TrayState) => {
    const isMac = process.platform === 'darwin'
    const image = nativeImage.createFromPath(join(pictures, `${state}${isMac ? 'Template' : ''}.png`))
    if (isMac) image.setTemplateImage(true)
    return image
  }
  const tray = new Tray(picture('idle'))
  let shown = ''
  // On macOS and Linux the menu opens by itself; on Windows a click means the window.
  tray.on('click', () => {
    if (process.platform === 'win32') actions.open()
  })
  return {
    show: (view, words) => {
      const next = JSON.stringify([view, words.open])
      if (next === shown) return
      shown = next
      tray.setImage(picture(view.state))
      tray.setToolTip(`Holdfast: ${view.line}`)
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: view.line, enabled: false },
          { type: 'separator' },
          { label: words.open, click: () => actions.open() },
          { label: words.backUpNow, enabled: view.canBackUp, click: () => actions.backUpNow() },
          { type: 'separator' },
          { label: words.quit, click: () => actions.quit() },
        ]),
      )
    },
    destroy: () => tray.destroy(),
  }
}
