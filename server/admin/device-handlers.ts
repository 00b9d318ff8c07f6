import { AppError } from '../../shared/errors.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import { change } from '../accounts/changing-users.ts'
import { isInReach, requireUserInReach, type Reach } from '../accounts/user-list.ts'
import type { ServerDeps } from '../deps.ts'
import { deviceOf } from '../devices/device-model.ts'
import { refuseDevice } from '../devices/revoking.ts'
import { untrustDevice } from '../devices/trust.ts'
import type { Handlers } from '../http/handler.ts'
import type { DeviceRow } from '../store/tables.ts'
import { actingOf } from './acting-of.ts'

export function deviceAdminHandlers(
  deps: ServerDeps,
): Pick<Handlers, 'adminUserDevices' | 'adminEndTrust' | 'adminRevokeDevice'> {
  const { db } = deps.store
  return {
    async adminUserDevices({ userId }, { caller }) {
      await requireUserInReach(db, userId, caller.reach)
      const rows = await db
        .selectFrom('devices')
        .selectAll()
        .where('userId', '=', userId)
        .orderBy('enrolledAt', 'desc')
        .execute()
      return { devices: rows.map(deviceOf) }
    },

    async adminEndTrust({ deviceId }, call) {
      const device = await deviceInReach(deps, deviceId, call.caller.reach)
      await change(deps, device.userId, actingOf(deps, call), 'device.trust-ended', async (tx) => {
        await untrustDevice(tx, device)
        return { deviceId }
      })
      return { done: true }
    },

    async adminRevokeDevice({ deviceId }, call) {
      const device = await deviceInReach(deps, deviceId, call.caller.reach)
      await change(deps, device.userId, actingOf(deps, call), 'device.revoked', async (tx) => {
        await refuseDevice(tx, device, deps.clock.nowMs())
        return { deviceId }
      })
      return { done: true }
    },
  }
}

/** @throws AppError NOT_FOUND, also for computers of users out of reach */
async function deviceInReach(
  { store: { db } }: ServerDeps,
  deviceId: DeviceId,
  reach: Reach,
): Promise<DeviceRow> {
  const device = await db.selectFrom('devices').selectAll().where('id', '=', deviceId).executeTakeFirst()
  const user =
    device === undefined
      ? undefined
      : await db.selectFrom('users').selectAll().where('id', '=', device.userId).executeTakeFirst()
  if (device === undefined || user === undefined || !isInReach(user, reach)) {
    throw new AppError('NOT_FOUND', 'There is no such computer.')
  }
  return device
}
