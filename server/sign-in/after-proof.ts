import { isAdministering } from './administering.ts'
import { isoOf } from '../../shared/clock.ts'
import type { FactorEvent } from '../../shared/model/account.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { Method } from '../../shared/model/policy.ts'
import { operationSchema } from '../../shared/model/sign-in.ts'
import type { Notice } from '../factors/announce.ts'
import type { BackupCodeSet } from '../factors/backup-codes.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import {
  factorOf,
  factorsOf,
  provenMethods,
  storeBackupCodes,
  type RegisteredFactor,
} from '../factors/factors.ts'
import { trust, untrustAll } from '../devices/trust.ts'
import { needsPasskey } from '../passkeys/required-passkey.ts'
import { replaceLostFactors } from '../recovery/replacing.ts'
import { withProvenNetwork } from '../sessions/networks.ts'
import { createGrant } from '../sessions/grants.ts'
import { audit, endAndRefuse, type Decision, type Verdict } from './decide.ts'
import {
  cancelByProof,
  choosableMethods,
  enrolmentStep,
  finishSignIn,
  goTo,
  noMethod,
  provenDevice,
} from './steps.ts'
import { endOpenTransactions, endTransaction } from './transactions.ts'

/** The method that was proven, by whatever kind of proof. */
export interface ProvenFactor {
  readonly factorId: FactorId
  readonly method: Method
  readonly label: string
}

/** Backup codes come with the first method that is proven, once. */
export function isFirstProof(factors: readonly RegisteredFactor[]): boolean {
  return provenMethods(factors).length === 0 && !factors.some((each) => each.method === 'backup-code')
}

/**
 * What a right proof opens: a session, a grant or a registered method. Records it in the account's history
 * and the audit log, and prepares the notice.
 *
 * @param event what the proof did to the method, which is stored already
 */
export async function opened(
  before: Decision,
  proven: ProvenFactor,
  event: FactorEvent['event'],
  given: { readonly trustDevice: boolean; readonly codes: BackupCodeSet | null },
): Promise<Verdict> {
  const { recoveryId } = before.state
  if (recoveryId !== null && !(await replaceLostFactors(before, recoveryId, proven.factorId))) {
    return await endAndRefuse(before, 'cancelled')
  }
  const decision = { ...before, state: { ...before.state, recoveryId: null } }
  // A recovery ends all trust; the computer that it was finished on earns it at its next sign-in.
  const trustDevice = given.trustDevice && recoveryId === null && !isAdministering(before.user)
  const { nowMs, origin, tx, user } = decision
  const { method, label } = proven
  const at = { userId: user.id, at: nowMs, address: origin.address }
  await recordFactorEvent(tx, { ...at, event, method, label })
  await audit(decision, 'challenge.proof', 'ok', { method, event })
  // Whoever stands in another sign-in, begun before this method was there, must not go on without it.
  if (event !== 'used') {
    await endOpenTransactions(tx, user.id, nowMs, decision.transaction.id)
    await tx.updateTable('users').set({ mustPair: 0 }).where('id', '=', user.id).execute()
    // What another method earned for a computer counts no more where only passkeys do.
    if (method === 'passkey' && needsPasskey(decision.policy, user)) await untrustAll(tx, user.id)
  }
  if (given.codes !== null) await storeBackupCodes(tx, user.id, given.codes, nowMs)
  const verdict = await afterProof(decision, proven, event, { codes: given.codes, trustDevice })
  const notice = noticeOf(decision, proven, event)
  return notice === null || verdict.kind === 'refused' ? verdict : { ...verdict, notice }
}

async function afterProof(
  decision: Decision,
  { factorId, method }: ProvenFactor,
  event: FactorEvent['event'],
  { codes, trustDevice }: { readonly trustDevice: boolean; readonly codes: BackupCodeSet | null },
): Promise<Verdict> {
  const { nowMs, policy, transaction, tx, user } = decision
  switch (transaction.purpose) {
    case 'sign-in': {
      // Another method only leads to the passkey that is missing (docs/adr/0017).
      if (method !== 'passkey' && needsPasskey(policy, user)) {
        // The rule, or the end of its time, may have come since the proof was asked for.
        const counting = await choosableMethods(decision, await factorsOf(tx, user.id))
        return counting.includes(method)
          ? await enrolmentStep(decision, 'must-enrol')
          : await noMethod(decision)
      }
      // Of an account whose phones went with the change of mode only backup codes are left: such a code lets its
      // owner register an app, and nobody who has only the password.
      if (user.mustPair === 1 && event === 'used') {
        return await enrolmentStep(
          { ...decision, state: { ...decision.state, isProven: true } },
          'must-enrol',
        )
      }
      const device = trustDevice && policy.limits.trustedDeviceHours > 0 ? await provenDevice(decision) : null
      if (device !== null) {
        await trust(tx, device, policy, nowMs, method)
        await audit(decision, 'device.trusted', 'ok', { deviceId: device.id })
      }
      return await finishSignIn(decision, {
        provenBy: ['password', ...(decision.state.isProven ? (['backup-code'] as const) : []), method],
        method,
        codes: codes?.codes ?? null,
      })
    }
    case 'step-up':
      if (method !== 'passkey' && needsPasskey(policy, user)) return await noMethod(decision)
      return await grantOperation(decision)
    case 'password-reset':
      if (method !== 'passkey' && needsPasskey(policy, user)) return await noMethod(decision)
      await cancelByProof(decision)
      await goTo(decision, 'change-password')
      return { kind: 'step', step: { kind: 'change-password' } }
    case 'enrol': {
      await endTransaction(tx, transaction.id, 'finished', nowMs)
      const factor = (await factorsOf(tx, user.id)).find((each) => each.id === factorId)
      if (factor === undefined) throw new Error('An enrolled method is not there.')
      const backupCodes = codes === null ? null : [...codes.codes]
      return { kind: 'step', step: { kind: 'enrolled', factor: factorOf(factor), backupCodes } }
    }
  }
}

async function grantOperation(decision: Decision): Promise<Verdict> {
  const { nowMs, origin, policy, session, transaction, tx } = decision
  if (session === null || transaction.operation === null) throw new Error('A step-up without a session.')
  const operation = operationSchema.parse(JSON.parse(transaction.operation))
  const lifeMs = policy.limits.grantMinutes * 60_000
  const { token, expiresAt } = await createGrant(tx, { session, operation, nowMs, lifeMs })
  if (operation.kind === 'change-settings') {
    const freshUntil = nowMs + policy.limits.freshMinutes * 60_000
    const networks = withProvenNetwork(session, origin)
    await tx.updateTable('sessions').set({ freshUntil, networks }).where('id', '=', session.id).execute()
  }
  await cancelByProof(decision)
  await endTransaction(tx, transaction.id, 'finished', nowMs)
  await audit(decision, 'grant.created', 'ok', { operation: JSON.stringify(operation) })
  return {
    kind: 'step',
    step: { kind: 'granted', operation, grantToken: token, expiresAt: isoOf(expiresAt) },
  }
}

function noticeOf({ user }: Decision, proven: ProvenFactor, event: FactorEvent['event']): Notice | null {
  const about = { userId: user.id, label: proven.label, exceptFactorId: proven.factorId }
  if (event === 'added' || event === 'proven') return { ...about, what: 'added' }
  return proven.method === 'backup-code' ? { ...about, what: 'backup-code-used' } : null
}
