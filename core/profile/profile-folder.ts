import { posix, win32 } from 'node:path'

/** What decides where a profile lives; a parameter so that each platform's rule can be tested on any. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeFolder: string
  readonly currentFolder: string
}

/**
 * The folder of the profile: HOLDFAST_HOME, else the platform's place for an application's own data
 * (XDG Base Directory Specification; on macOS Application Support; on Windows the roaming profile).
 */
export function profileFolder({ platform, env, homeFolder, currentFolder }: Surroundings): string {
  const path = platform === 'win32' ? win32 : posix
  const chosen = env['HOLDFAST_HOME']
  if (chosen !== undefined && chosen !== '') return path.resolve(currentFolder, chosen)
  if (platform === 'win32') {
    const roaming = env['APPDATA']
    return path.join(roaming ?? path.join(homeFolder, 'AppData', 'Roaming'), 'Holdfast')
  }
  if (platform === 'darwin') return path.join(homeFolder, 'Library', 'Application Support', 'Holdfast')
  const data = env['XDG_DATA_HOME']
  // The specification: a relative path is invalid and is to be ignored.
  const base = data !== undefined && path.isAbsolute(data) ? data : path.join(homeFolder, '.local', 'share')
  return path.join(base, 'holdfast')
}
