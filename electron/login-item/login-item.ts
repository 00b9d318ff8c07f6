import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { App } from 'electron'
import { readIfThere } from '../../core/profile/owner-only.ts'
import { autostartEntry, autostartPath } from './autostart-entry.ts'

/** Starting Holdfast in the background when this person signs in to the computer. */
export interface LoginItem {
  isOn(): Promise<boolean>
  set(isOn: boolean): Promise<void>
}

export function systemLoginItem(app: App, program: string): LoginItem {
  return {
    isOn: () => Promise.resolve(app.getLoginItemSettings({ args: ['--background'] }).openAtLogin),
    set: (isOn) => {
      app.setLoginItemSettings({ openAtLogin: isOn, path: program, args: ['--background'] })
      return Promise.resolve()
    },
  }
}

/** Electron has no login items on Linux; the desktops share one way. */
export function autostartLoginItem(program: string, homeFolder: string): LoginItem {
  const path = autostartPath(process.env, homeFolder)
  return {
    isOn: async () => (await readIfThere(path)) !== undefined,
    set: async (isOn) => {
      if (!isOn) return rm(path, { force: true })
      await mkdir(dirname(path), { recursive: true })
      return writeFile(path, autostartEntry(program))
    },
  }
}
