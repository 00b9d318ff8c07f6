import { errorCatalog, isAppError } from '../../shared/errors.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { CoreDeps } from '../core-deps.ts'
import { metadataPacks } from './metadata-packs.ts'

/** Tells the server which packs of a run hold folders and no file data, so that later runs may read them. */
export interface MetadataDeclarer {
  /** What appeared since the last telling. Never fails: what did not arrive is told again. */
  declareNew(): Promise<void>
  /**
   * Everything of this run once more, because a pack may have reached restic's cache before the server.
   * Repeated while the failure may pass. It does not fail the run: the snapshot is there and can be restored;
   * only looking into its folders needs this computer's cache then.
   */
  declareAll(): Promise<void>
}

/** As many as the contract takes at once (shared/routes.ts). */
const packsPerCall = 100_000
const triesAtTheEnd = 4
const pauseMs = 2000

/**
 * The server believes only the run that uploaded a pack, so what is not told before its lease ends is never
 * told; hence also while the run goes on (it may be killed) and also when it failed.
 *
 * @param cacheFolder restic's cache of this repository, as it is before the run
 */
export async function metadataDeclarer(
  deps: Pick<CoreDeps, 'clock' | 'server' | 'log'>,
  lease: Lease,
  cacheFolder: string,
): Promise<MetadataDeclarer> {
  // Nothing is uploaded under the others.
  if (lease.kind === 'browse' || lease.kind === 'restore') return { declareNew: nothing, declareAll: nothing }
  const before = await metadataPacks(cacheFolder)
  const told = new Set<string>()
  const ours = async (): Promise<string[]> =>
    Array.from(await metadataPacks(cacheFolder)).filter((pack) => !before.has(pack))
  const tell = async (packs: readonly string[]): Promise<boolean> => {
    try {
      for (let start = 0; start < packs.length; start += packsPerCall) {
        const some = packs.slice(start, start + packsPerCall)
        const credentials = { kind: 'lease', leaseId: lease.id, secret: lease.secret } as const
        await deps.server().call('declareMetadata', { packs: some }, credentials)
        for (const pack of some) told.add(pack)
      }
      return true
    } catch (error) {
      if (!isAppError(error)) throw error
      deps.log.warn({ leaseId: lease.id, code: error.code }, 'Metadata packs could not be declared')
      return errorCatalog[error.code].retry !== 'later' || error.code === 'LEASE_ENDED'
    }
  }
  return {
    declareNew: async () => {
      await tell((await ours()).filter((pack) => !told.has(pack)))
    },
    declareAll: async () => {
      const packs = await ours()
      for (let tries = 1; !(await tell(packs)) && tries < triesAtTheEnd; tries += 1) {
        await deps.clock.sleep(pauseMs)
      }
    },
  }
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
