import type { AppUpdater } from 'electron-updater'
import type { UpdateState } from '../host/host-contract.ts'
import type { Updates } from './updates.ts'

/**
 * New versions from the address that the administrator named. The updater checks their hashes against the feed,
 * and on Windows and macOS the publisher's signature against this program's own. It is a large library and is loaded
 * when somebody asks for a new version, not while a person waits for the window.
 */
export function feedUpdates(
  load: () => Promise<AppUpdater>,
  address: string,
  onFailure: (error: unknown) => void,
): Updates {
  let known: UpdateState = { kind: 'current' }
  let loaded: AppUpdater | undefined
  const updater = async (): Promise<AppUpdater> => (loaded ??= configured(await load(), address))
  const settled = async (work: () => Promise<UpdateState>): Promise<UpdateState> => {
    try {
      known = await work()
    } catch (error) {
      onFailure(error)
      return { kind: 'failed', reason: 'The new version could not be fetched.' }
    }
    return known
  }
  return {
    check: () =>
      settled(async () => {
        if (known.kind === 'ready') return known
        const result = await (await updater()).checkForUpdates()
        return result?.isUpdateAvailable === true
          ? { kind: 'available', version: result.updateInfo.version }
          : { kind: 'current' }
      }),
    download: () =>
      settled(async () => {
        if (known.kind !== 'available') return known
        await (await updater()).downloadUpdate()
        return { kind: 'ready', version: known.version }
      }),
    install: () => {
      if (known.kind === 'ready') loaded?.quitAndInstall(false, true)
    },
  }
}

function configured(updater: AppUpdater, address: string): AppUpdater {
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.allowDowngrade = false
  updater.disableWebInstaller = true
  // It logs what it fetches; what goes wrong is answered and logged here.
  updater.logger = null
  updater.setFeedURL({ provider: 'generic', url: address })
  return updater
}
