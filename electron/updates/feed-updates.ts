import type { AppUpdater } from 'electron-updater'
import type { UpdateState } from '../host/host-contract.ts'
import type { Updates } from './updates.ts'

/**
 * New versions from the address that the administrator named. The updater checks their hashes against the feed,
 * and on Windows and macOS the publisher's signature against this program's own.
 */
export function feedUpdates(
  updater: AppUpdater,
  address: string,
  onFailure: (error: unknown) => void,
): Updates {
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.allowDowngrade = false
  updater.disableWebInstaller = true
  // It logs what it fetches; what goes wrong is answered and logged here.
  updater.logger = null
  updater.setFeedURL({ provider: 'generic', url: address })
  let known: UpdateState = { kind: 'current' }
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
        const result = await updater.checkForUpdates()
        return result?.isUpdateAvailable === true
          ? { kind: 'available', version: result.updateInfo.version }
          : { kind: 'current' }
      }),
    download: () =>
      settled(async () => {
        if (known.kind !== 'available') return known
        await updater.downloadUpdate()
        return { kind: 'ready', version: known.version }
      }),
    install: () => {
      if (known.kind === 'ready') updater.quitAndInstall(false, true)
    },
  }
}
