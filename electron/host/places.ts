import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from 'electron'
import type { HostOutput } from './host-contract.ts'

type Folders = HostOutput<'commonFolders'>['folders']

/** Where people keep what they would miss; only what exists. */
export async function commonFolders(app: Pick<App, 'getPath'>, platform: NodeJS.Platform): Promise<Folders> {
  const home = app.getPath('home')
  const wanted: Folders = [
    { kind: 'documents', path: app.getPath('documents') },
    { kind: 'desktop', path: app.getPath('desktop') },
    { kind: 'pictures', path: app.getPath('pictures') },
    ...mailFolders(home, platform).map((path) => ({ kind: 'mail' as const, path })),
    { kind: 'home', path: home },
  ]
  const found: Folders = []
  for (const each of wanted) {
    const isFolder = await stat(each.path).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    // A system without a Documents folder answers with the home folder.
    if (isFolder && (each.kind === 'home' || each.path !== home)) found.push(each)
  }
  return found
}

/** Where Thunderbird, Apple Mail and Outlook keep their mail. */
function mailFolders(home: string, platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') {
    return [join(home, 'Library', 'Mail'), join(home, 'Library', 'Thunderbird', 'Profiles')]
  }
  if (platform === 'win32') {
    return [
      join(home, 'AppData', 'Roaming', 'Thunderbird', 'Profiles'),
      join(home, 'AppData', 'Local', 'Microsoft', 'Outlook'),
    ]
  }
  return [join(home, '.thunderbird'), join(home, '.local', 'share', 'evolution', 'mail')]
}
