import type { Handlers } from '../http/handler.ts'
import { declareMetadata } from '../storage/metadata.ts'
import type { StorageDeps } from '../storage/storage-deps.ts'
import { endLease } from './ending.ts'
import { beat } from './heartbeats.ts'
import { startBrowseLease, startDeviceLease, startRestoreLease } from './starting.ts'

type LeaseRoutes =
  'deviceLease' | 'browseLease' | 'restoreLease' | 'heartbeat' | 'declareMetadata' | 'endLease'

export function leaseHandlers(deps: StorageDeps): Pick<Handlers, LeaseRoutes> {
  return {
    deviceLease: async (input, { origin }) => ({ lease: await startDeviceLease(deps, input, origin) }),
    browseLease: async (input, call) => ({ lease: await startBrowseLease(deps, input, call) }),
    restoreLease: async (input, call) => ({ lease: await startRestoreLease(deps, input, call) }),
    heartbeat: async (input, { caller }) => await beat(deps, caller.lease, input),
    declareMetadata: async ({ packs }, { caller }) => ({
      accepted: await declareMetadata(deps, caller.lease, packs),
    }),
    endLease: async ({ report }, { caller }) => ({ run: await endLease(deps, caller.lease, report) }),
  }
}
