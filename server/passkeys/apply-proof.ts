import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { factorIdSchema } from '../../shared/model/ids.ts'
import { recordAlert } from '../alerts/alerts.ts'
import type { BackupCodeSet } from '../factors/backup-codes.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import { factorsOf } from '../factors/factors.ts'
import { isFirstProof, opened } from '../sign-in/after-proof.ts'
import { audit, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { codeLane } from '../sign-in/lanes.ts'
import type { OpenPasskey } from '../sign-in/state.ts'
import { forgetFailures } from '../sign-in/throttles.ts'
import type { FactorRow } from '../store/tables.ts'
import { isCounterReused } from './ceremony.ts'
import { credentialOf, credentialSchema } from './credential.ts'

/** What a page proved, kept until the client that began the hand-off takes it. */
const proofSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('used'),
    factorId: factorIdSchema,
    counter: z.number().int(),
    isBackedUp: z.boolean(),
  }),
  z.object({ kind: z.literal('made'), credentialId: z.string(), credential: credentialSchema }),
])
export type PasskeyProof = z.infer<typeof proofSchema>

export function passkeyRefused(reason: 'counter' | 'invalid' | 'unknown' | 'registered'): AppError {
  return new AppError('PASSKEY_REFUSED', 'This passkey was not accepted.', { details: { reason } })
}

/**
 * A copy of a passkey has signed: which of the two is the owner's, nobody can tell. So the owner hears of it on
 * every other channel and in the history, and the administrators by an alert.
 */
export async function refuseCopy(
  decision: Decision,
  { id, label }: Pick<FactorRow, 'id' | 'label'>,
): Promise<Verdict> {
  const { nowMs, origin, tx, user } = decision
  const { address } = origin
  await audit(decision, 'passkey.copied', 'refused', { factorId: id })
  const event = { userId: user.id, at: nowMs, method: 'passkey', label, address } as const
  await recordFactorEvent(tx, { ...event, event: 'copied' })
  const details = { loginName: user.loginName, label, address }
  await recordAlert(tx, { kind: 'passkey-copied', about: id, details }, nowMs)
  return {
    kind: 'refused',
    error: passkeyRefused('counter'),
    notice: { userId: user.id, what: 'passkey-copied', label, exceptFactorId: null },
  }
}

/** Uses a proof up: what it opens is decided like after any other proof. */
export async function applyProof(
  decision: Decision,
  open: OpenPasskey,
  stored: string,
  given: { readonly trustDevice: boolean; readonly newCodes: BackupCodeSet | null },
): Promise<Verdict> {
  const proof = proofSchema.parse(JSON.parse(stored))
  const { nowMs, transaction, tx, user } = decision
  const factors = await factorsOf(tx, user.id)
  const forget = () => forgetFailures(tx, [codeLane(user.id, transaction.deviceId)])
  if (proof.kind === 'used') {
    const factor = factors.find((each) => each.id === proof.factorId && each.method === 'passkey')
    // Removed since the page was open.
    if (factor === undefined) return refused(passkeyRefused('unknown'))
    const credential = credentialOf(factor)
    if (isCounterReused(credential.counter, proof.counter)) return await refuseCopy(decision, factor)
    await forget()
    const next = { ...credential, counter: proof.counter, isBackedUp: proof.isBackedUp }
    await tx
      .updateTable('factors')
      .set({ credential: JSON.stringify(next), lastUsedAt: nowMs })
      .where('id', '=', factor.id)
      .execute()
    const proven = { factorId: factor.id, method: 'passkey', label: factor.label } as const
    return await opened(decision, proven, 'used', { trustDevice: given.trustDevice, codes: null })
  }
  if (open.newFactorId === null) throw new Error('A passkey was made where one was to be used.')
  const taken = await tx
    .selectFrom('factors')
    .select('id')
    .where('credentialId', '=', proof.credentialId)
    .executeTakeFirst()
  if (taken !== undefined) {
    await audit(decision, 'challenge.proof', 'refused', { method: 'passkey', reason: 'registered' })
    return refused(passkeyRefused('registered'))
  }
  await forget()
  await tx
    .insertInto('factors')
    .values({
      id: open.newFactorId,
      userId: user.id,
      method: 'passkey',
      label: open.label,
      phoneNumber: null,
      secretSealed: null,
      lastTotpStep: null,
      credentialId: proof.credentialId,
      credential: JSON.stringify(proof.credential),
      isProven: 1,
      addedAt: nowMs,
      lastUsedAt: nowMs,
    })
    .execute()
  const proven = { factorId: open.newFactorId, method: 'passkey', label: open.label } as const
  const isFirst = decision.state.recoveryId !== null || isFirstProof(factors)
  const codes = isFirst ? given.newCodes : null
  return await opened(decision, proven, 'added', { trustDevice: given.trustDevice, codes })
}
