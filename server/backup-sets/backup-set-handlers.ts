import { deviceProof } from '../../shared/device-proof.ts'
import type { ServerDeps } from '../deps.ts'
import { proveDevice, requireOpenAccount } from '../devices/device-proof.ts'
import type { Handlers } from '../http/handler.ts'
import { maySeeOfDevice } from '../legacy/session-limits.ts'
import { readBackupSets } from './backup-set-model.ts'
import { createBackupSet } from './creating.ts'
import { deleteBackupSet, resumeBrake, undeleteBackupSet } from './deleting.ts'
import { noSuchSet, readOwnSet, requireOwnSet } from './own-sets.ts'
import { readRuns, reportRun } from './runs.ts'
import { updateBackupSet } from './updating.ts'
import { pendingView, waitingRecovery } from '../recovery/waiting.ts'

type SetRoutes =
  | 'backupSets'
  | 'createBackupSet'
  | 'updateBackupSet'
  | 'deleteBackupSet'
  | 'undeleteBackupSet'
  | 'resumeBrake'
  | 'runs'
  | 'deviceSets'
  | 'deviceReport'

export function backupSetHandlers(deps: ServerDeps): Pick<Handlers, SetRoutes> {
  const { store } = deps
  return {
    backupSets: async (_input, { caller }) => ({
      backupSets: (await readBackupSets(store.db, { userId: caller.user.id })).filter((set) =>
        maySeeOfDevice(caller, set.deviceId),
      ),
    }),

    async createBackupSet(input, call) {
      const backupSetId = await createBackupSet(deps, input, call)
      return { backupSet: await readOwnSet(store.db, call.caller.user.id, backupSetId) }
    },

    async updateBackupSet(input, call) {
      await updateBackupSet(deps, input, call)
      return { backupSet: await readOwnSet(store.db, call.caller.user.id, input.backupSetId) }
    },

    async deleteBackupSet(input, call) {
      await deleteBackupSet(deps, input, call)
      return { backupSet: await readOwnSet(store.db, call.caller.user.id, input.backupSetId) }
    },

    async undeleteBackupSet(input, call) {
      await undeleteBackupSet(deps, input, call)
      return { backupSet: await readOwnSet(store.db, call.caller.user.id, input.backupSetId) }
    },

    async resumeBrake(input, call) {
      await resumeBrake(deps, input, call)
      return { backupSet: await readOwnSet(store.db, call.caller.user.id, input.backupSetId) }
    },

    async runs({ backupSetId, limit }, { caller }) {
      const set = await requireOwnSet(store.db, caller.user.id, backupSetId)
      if (!maySeeOfDevice(caller, set.deviceId)) throw noSuchSet()
      return { runs: await readRuns(store.db, backupSetId, limit) }
    },

    async deviceSets(proof) {
      return await store.transact([`device:${proof.deviceId}`], async (tx) => {
        const device = await proveDevice(deps, tx, proof, deviceProof.sets(proof))
        const nowMs = deps.clock.nowMs()
        await requireOpenAccount(tx, device.userId, nowMs)
        const waiting = await waitingRecovery(tx, device.userId, nowMs)
        return {
          backupSets: await readBackupSets(tx, { userId: device.userId, deviceId: device.id }),
          ...(waiting === undefined ? {} : { pendingRecovery: pendingView(waiting) }),
        }
      })
    },

    deviceReport: async (input) => ({ run: await reportRun(deps, input) }),
  }
}
