import { AppError } from '../../shared/errors.ts'
import type { BackupCodeSet } from '../factors/backup-codes.ts'
import { factorsOf } from '../factors/factors.ts'
import { usableMethods } from '../factors/usable-methods.ts'
import { registrableMethods } from '../passkeys/required-passkey.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { isFirstProof, opened } from '../sign-in/after-proof.ts'
import { audit, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { codeLane } from '../sign-in/lanes.ts'
import type { OpenPush } from '../sign-in/state.ts'
import { choosableMethods } from '../sign-in/steps.ts'
import { forgetFailures } from '../sign-in/throttles.ts'
import type { PhoneRequestRow } from '../store/tables.ts'
import { credentialFor } from './phone-key.ts'
import { phoneRequestEnded } from './phone-request-rows.ts'
import { endPushPause } from './push-limits.ts'

/** Whether policy, the server and what is registered still allow what the phone was asked for. */
export async function isStillAllowed(decision: Decision, push: OpenPush): Promise<boolean> {
  const { deps, policy, state, tx, user } = decision
  const factors = await factorsOf(tx, user.id)
  if (push.isNew) {
    const usable = await usableMethods(deps, tx, policy, user)
    const standing = await standingFactors(tx, user.id, state)
    return registrableMethods({ policy, user }, standing, usable).includes('push')
  }
  const isThere = factors.some((factor) => factor.id === push.factorId && factor.method === 'push')
  return isThere && (await choosableMethods(decision, factors)).includes('push')
}

/** Uses an approval up: what it opens is decided like after any other proof. */
export async function applyApproval(
  decision: Decision,
  push: OpenPush,
  row: PhoneRequestRow,
  given: { readonly trustDevice: boolean; readonly newCodes: BackupCodeSet | null },
): Promise<Verdict> {
  const { nowMs, state, transaction, tx, user } = decision
  // Removed, or forbidden, since the phone approved.
  if (!(await isStillAllowed(decision, push))) {
    await audit(decision, 'challenge.proof', 'refused', { method: 'push', reason: 'withdrawn' })
    return refused(phoneRequestEnded('unknown'))
  }
  const { trustDevice } = given
  await forgetFailures(tx, [codeLane(user.id, transaction.deviceId)])
  await endPushPause(decision)
  const label = push.label ?? row.label ?? 'Phone'
  const proven = { factorId: push.factorId, method: 'push', label } as const
  if (!push.isNew) {
    await tx.updateTable('factors').set({ lastUsedAt: nowMs }).where('id', '=', push.factorId).execute()
    return await opened(decision, proven, 'used', { trustDevice, codes: null })
  }
  const { keyId, publicKey } = row
  if (keyId === null || publicKey === null) throw new Error('A phone approved without a key.')
  const taken = await tx
    .selectFrom('factors')
    .select('id')
    .where('credentialId', '=', keyId)
    .executeTakeFirst()
  if (taken !== undefined) return refused(new AppError('CONFLICT', 'This phone’s key is registered already.'))
  const isFirst = isFirstProof(await standingFactors(tx, user.id, state))
  await tx
    .insertInto('factors')
    .values({
      id: push.factorId,
      userId: user.id,
      method: 'push',
      label,
      phoneNumber: null,
      secretSealed: null,
      lastTotpStep: null,
      credentialId: keyId,
      credential: credentialFor(publicKey),
      isProven: 1,
      addedAt: nowMs,
      lastUsedAt: nowMs,
    })
    .execute()
  return await opened(decision, proven, 'added', { trustDevice, codes: isFirst ? given.newCodes : null })
}
