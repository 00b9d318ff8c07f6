import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../profile/system-error.ts'

/** How this computer is powered. Unknown never keeps a backup from running. */
export interface PowerStatus {
  isOnBattery(): Promise<boolean | 'unknown'>
}

/** Linux tells in `/sys/class/power_supply` (kernel: Documentation/ABI/testing/sysfs-class-power). */
export function linuxPowerStatus(folder: string = '/sys/class/power_supply'): PowerStatus {
  return {
    isOnBattery: async () => {
      const supplies = await Promise.all((await namesIn(folder)).map((name) => supplyAt(join(folder, name))))
      const isPlugged = supplies.some(({ type, online }) => type !== 'Battery' && online === '1')
      // A mouse has a battery too; only one that powers the system says so, or says nothing.
      const hasBattery = supplies.some(({ type, scope }) => type === 'Battery' && scope !== 'Device')
      if (isPlugged) return false
      if (hasBattery) return true
      return supplies.length === 0 ? 'unknown' : false
    },
  }
}

/** Where there is no adapter yet. */
export const unknownPower: PowerStatus = { isOnBattery: () => Promise.resolve('unknown') }

async function supplyAt(folder: string) {
  const [type, online, scope] = await Promise.all(
    ['type', 'online', 'scope'].map((name) => textAt(join(folder, name))),
  )
  return { type, online, scope }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES') return []
    throw error
  }
}

/** A driver may refuse any of its files; then that fact is not known. */
async function textAt(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return undefined
  }
}
