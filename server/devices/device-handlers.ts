import { isoOf } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError } from '../../shared/errors.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Call, Handlers } from '../http/handler.ts'
import type { InputOf } from '../../shared/routes.ts'
import { bindToDevice, maySeeOfDevice, requireFirstDevice } from '../legacy/session-limits.ts'
import { newId } from '../server-key.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { requireFresh } from '../sessions/sessions.ts'
import type { Tx } from '../store/store.ts'
import type { DeviceRow } from '../store/tables.ts'
import { isSignedBy, unknownDevice } from './device-proof.ts'
import { deviceOf } from './device-model.ts'
import { checkNonce, issueNonce, useNonce } from './nonces.ts'
import { revokeDevice } from './revoking.ts'
import { untrustDevice } from './trust.ts'

export function deviceHandlers(
  deps: ServerDeps,
): Pick<Handlers, 'nonce' | 'devices' | 'enrolDevice' | 'revokeDevice' | 'untrustDevice'> {
  return {
    nonce: () => {
      const { nonce, expiresAtMs } = issueNonce(deps)
      return Promise.resolve({ nonce, expiresAt: isoOf(expiresAtMs) })
    },

    async devices(_input, { caller }) {
      const rows = await deps.store.db
        .selectFrom('devices')
        .selectAll()
        .where('userId', '=', caller.user.id)
        .orderBy('enrolledAt', 'desc')
        .execute()
      return { devices: rows.filter(({ id }) => maySeeOfDevice(caller, id)).map(deviceOf) }
    },

    enrolDevice: async (input, call) => ({ device: deviceOf(await enrol(deps, input, call)) }),

    async revokeDevice({ deviceId, grantToken }, call) {
      await changeOwn(deps, deviceId, 'device.revoked', call, async (tx, device, nowMs) => {
        await consumeGrant(tx, deps, call.caller, grantToken, { kind: 'revoke-device', deviceId })
        await revokeDevice(tx, device, nowMs)
      })
      return { done: true }
    },

    async untrustDevice({ deviceId }, call) {
      // A session that lies on a stolen computer must not make its owner prove who they are everywhere.
      if (deviceId !== call.caller.session.deviceId) requireFresh(deps, call.caller)
      await changeOwn(deps, deviceId, 'device.trust-ended', call, untrustDevice)
      return { done: true }
    },
  }
}

/**
 * Changes a computer of the caller's, and records it, in one transaction.
 *
 * @throws AppError NOT_FOUND, also for a computer of somebody else
 */
async function changeOwn(
  { clock, store }: ServerDeps,
  deviceId: DeviceId,
  action: 'device.revoked' | 'device.trust-ended',
  { caller, origin }: Call<'session'>,
  change: (tx: Tx, device: Pick<DeviceRow, 'id' | 'userId'>, nowMs: number) => Promise<unknown>,
): Promise<void> {
  const nowMs = clock.nowMs()
  const userId = caller.user.id
  await store.transact([`user:${userId}`, 'audit'], async (tx) => {
    const device = await tx
      .selectFrom('devices')
      .select(['id', 'userId'])
      .where('id', '=', deviceId)
      .where('userId', '=', userId)
      .executeTakeFirst()
    if (device === undefined) throw new AppError('NOT_FOUND', 'There is no such computer.')
    await change(tx, device, nowMs)
    await appendAudit(tx, {
      at: nowMs,
      actor: `user:${userId}`,
      action,
      outcome: 'ok',
      target: deviceId,
      address: origin.address,
    })
  })
}

/**
 * Enrols a computer. Whoever asks must hold the private key, so that nobody can enrol somebody else's.
 *
 * @throws AppError DEVICE_UNKNOWN (the signature is wrong), INPUT_INVALID (nonce), CONFLICT (the key is
 *   enrolled already, or was and is revoked),
 *   SECOND_FACTOR_REQUIRED (a legacy session of an account that has a computer)
 */
async function enrol(
  deps: ServerDeps,
  input: InputOf<'enrolDevice'>,
  { caller, origin }: Call<'fresh'>,
): Promise<DeviceRow> {
  const { name, platform, publicKey, nonce, serverAddress, signature } = input
  const now = deps.clock.nowMs()
  const userId = caller.user.id
  const { expiresAtMs } = checkNonce(deps, nonce)
  if (!isSignedBy(publicKey, deviceProof.enrol(input), signature)) throw unknownDevice()
  return await deps.store.transact([`user:${userId}`, `public-key:${publicKey}`, 'audit'], async (tx) => {
    await useNonce(tx, nonce, expiresAtMs)
    await requireFirstDevice(tx, caller)
    const known = await tx
      .selectFrom('devices')
      .select('id')
      .where('publicKey', '=', publicKey)
      .executeTakeFirst()
    if (known !== undefined) throw new AppError('CONFLICT', 'This key was enrolled before; make a new one.')
    const device: DeviceRow = {
      id: newId<DeviceId>('dev'),
      userId,
      name,
      platform,
      publicKey,
      enrolledAt: now,
      lastSeenAt: now,
      lastAddress: origin.address,
      revokedAt: null,
      trustedUntil: null,
      trustedSince: null,
      trustedBy: null,
      serverAddress: serverAddress ?? null,
    }
    await tx.insertInto('devices').values(device).execute()
    await bindToDevice(tx, caller, device.id)
    await appendAudit(tx, {
      at: now,
      actor: `user:${userId}`,
      action: 'device.enrolled',
      outcome: 'ok',
      target: device.id,
      address: origin.address,
      details: { name, platform, ...(serverAddress === undefined ? {} : { serverAddress }) },
    })
    return device
  })
}
