import { join } from 'node:path'
import { z } from 'zod'
import { windowSettingsSchema, type WindowSettings } from '../host/host-contract.ts'
import { readIfThere } from '../../core/profile/owner-only.ts'
import { writeWhole } from '../../core/profile/write-whole.ts'
import { windowStateSchema, type WindowState } from '../window/window-state.ts'

export const firstWindowSettings: WindowSettings = {
  theme: 'system',
  language: null,
  zoomFactor: 1,
  keepRunning: true,
  notify: true,
}

const fileSchema = z.object({
  settings: windowSettingsSchema,
  window: windowStateSchema.optional(),
  /** The person was told once that closing the window leaves Holdfast running. */
  wasToldKeepsRunning: z.boolean(),
})
type File = z.infer<typeof fileSchema>

/** What the window remembers, in `window.json` of the profile. Nothing in it is secret or about backups. */
export interface DesktopSettings {
  settings(): WindowSettings
  window(): WindowState | undefined
  wasToldKeepsRunning(): boolean
  /** @throws AppError DISK_FULL */
  update(change: Partial<File>): Promise<void>
}

/**
 * Opens what the window remembers. A file that cannot be understood is said to the log and begun anew: losing a
 * window's place must not keep anybody from their backups.
 */
export async function openDesktopSettings(
  folder: string,
  onUnreadable: (reason: string) => void,
): Promise<DesktopSettings> {
  const path = join(folder, 'window.json')
  let file = await readFileOr(path, onUnreadable)
  let last: Promise<unknown> = Promise.resolve()
  return {
    settings: () => file.settings,
    window: () => file.window,
    wasToldKeepsRunning: () => file.wasToldKeepsRunning,
    update: (change) => {
      file = { ...file, ...change }
      const written = last.then(() => writeWhole(path, `${JSON.stringify(file, undefined, 2)}\n`))
      last = written.catch(() => undefined)
      return written
    },
  }
}

async function readFileOr(path: string, onUnreadable: (reason: string) => void): Promise<File> {
  const first: File = { settings: firstWindowSettings, wasToldKeepsRunning: false }
  const text = await readIfThere(path)
  if (text === undefined) return first
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch {
    onUnreadable(`${path}: not the file that Holdfast wrote`)
    return first
  }
}
