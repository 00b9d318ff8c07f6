import { AppError } from '../../shared/errors.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import {
  backupCodeHash,
  looksLikeBackupCode,
  newBackupCodes,
  type BackupCodeSet,
} from '../factors/backup-codes.ts'
import type { Origin } from '../http/handler.ts'
import { getsBackupCodes } from '../passkeys/required-passkey.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { contactProven } from '../recovery/proven.ts'
import type { TransactionRow } from '../store/tables.ts'
import { isFirstProof, opened } from './after-proof.ts'
import { askProvider } from './ask-provider.ts'
import { checkCode, useCode, type CodeCheck, type Evidence } from './check-code.ts'
import { audit, decide, endAndRefuse, outOfOrder, refused, type Decision, type Verdict } from './decide.ts'
import { codeLane } from './lanes.ts'
import type { OpenChallenge } from './state.ts'
import { forgetFailures, lockedUntil } from './throttles.ts'
import { stateOf, storeState } from './transactions.ts'
import { wrongProof } from './wrong-proof.ts'

interface Given {
  readonly code: string
  readonly trustDevice: boolean
}

/** What had to be hashed or asked for before the decision, outside the database transaction. */
interface Prepared extends Evidence {
  readonly newCodes: BackupCodeSet | null
}

/**
 * Decides about a code. Counting, checking, using up and what the proof opens happen in one transaction
 * under the locks of this sign-in and of the account: however many requests race, a code counts once and
 * the tries are never more than allowed.
 */
export async function prove(
  deps: AuthDeps,
  call: { readonly transaction: TransactionRow; readonly origin: Origin },
  given: Given,
): Promise<Verdict> {
  const prepared = await prepare(deps, call.transaction, given.code)
  return await decide(deps, call, ['enter-code', 'pair-authenticator'], async (decision) => {
    const { challenge } = decision.state
    if (challenge === null) return refused(outOfOrder())
    const lane = codeLane(decision.user.id, decision.transaction.deviceId)
    if ((await lockedUntil(decision.tx, lane, decision.nowMs)) !== null) {
      await audit(decision, 'challenge.proof', 'refused', { method: challenge.method, reason: 'paused' })
      return await endAndRefuse(decision, 'too-many-tries')
    }
    const check = await checkCode(decision, challenge, given.code, prepared)
    switch (check.kind) {
      case 'expired':
        return await expired(decision, challenge)
      case 'unavailable':
        return await unchecked(decision, challenge)
      case 'wrong':
        return await wrongProof(decision, challenge.method)
      case 'right':
        if (challenge.use !== 'factor') return await contactProven(decision, challenge)
        await forgetFailures(decision.tx, [lane])
        return await right(decision, challenge, check, given.trustDevice, prepared.newCodes)
    }
  })
}

async function expired(decision: Decision, challenge: OpenChallenge): Promise<Verdict> {
  await audit(decision, 'challenge.proof', 'failed', { method: challenge.method, reason: 'expired' })
  // The key of an authenticator that nobody paired in time may have been seen by others.
  if (challenge.secretSealed !== null) return await endAndRefuse(decision, 'expired')
  // Withdrawn for good: a clock that is set back does not bring the code to life again.
  const state = { ...decision.state, challenge: { ...challenge, codeMac: null, verification: null } }
  await storeState(decision.tx, decision.transaction.id, state, decision.transaction.triesLeft)
  return refused(new AppError('PASSCODE_EXPIRED', 'This passcode is no longer valid; ask for another.'))
}

/** The code may be right; nobody can say. It opens nothing, and costs none of the tries. */
async function unchecked(decision: Decision, challenge: OpenChallenge): Promise<Verdict> {
  const { state, transaction, tx } = decision
  await storeState(tx, transaction.id, { ...state, asked: state.asked - 1 }, transaction.triesLeft)
  await audit(decision, 'challenge.proof', 'refused', { method: challenge.method, reason: 'unavailable' })
  return refused(
    new AppError('CODE_UNCHECKED', 'The provider that checks this code cannot be asked; try again later.'),
  )
}

async function right(
  decision: Decision,
  challenge: OpenChallenge,
  check: Extract<CodeCheck, { kind: 'right' }>,
  trustDevice: boolean,
  newCodes: BackupCodeSet | null,
): Promise<Verdict> {
  const isFirst = isFirstProof(await standingFactors(decision.tx, decision.user.id, decision.state))
  const event = await useCode(decision, challenge, check)
  return await opened(decision, challenge, event, { trustDevice, codes: isFirst ? newCodes : null })
}

/**
 * Hashes what the decision will need, and asks the provider where it made the code. The decision checks
 * everything again. New backup codes cost ten hashes, so they are made only for a code that looks right.
 */
async function prepare(deps: AuthDeps, seen: TransactionRow, code: string): Promise<Prepared> {
  const { db } = deps.store
  const row = await db.selectFrom('transactions').selectAll().where('id', '=', seen.id).executeTakeFirst()
  const state = row === undefined ? null : stateOf(row)
  const challenge = state?.challenge ?? null
  const nothing: Prepared = { typedBackupCodeHash: null, answered: null, newCodes: null }
  if (row === undefined || state === null || challenge === null) return nothing
  if (challenge.method === 'backup-code') {
    if (!looksLikeBackupCode(code)) return nothing
    const stored = await db
      .selectFrom('backupCodes')
      .select('codeHash')
      .where('userId', '=', row.userId)
      .executeTakeFirst()
    const typedBackupCodeHash = await backupCodeHash(deps, row.userId, code, stored?.codeHash ?? null)
    return { ...nothing, typedBackupCodeHash }
  }
  const evidence = { ...nothing, answered: await askProvider(deps, row, challenge, code) }
  if (row.purpose === 'step-up' || challenge.use !== 'factor') return evidence
  const isFirst = isFirstProof(await standingFactors(db, row.userId, state))
  if (!isFirst || !(await getsBackupCodes(db, row.userId))) return evidence
  const about = { tx: db, deps, nowMs: deps.clock.nowMs(), user: { id: row.userId } }
  const check = await checkCode(about, challenge, code, evidence)
  if (check.kind !== 'right') return evidence
  return { ...evidence, newCodes: await newBackupCodes(deps, row.userId) }
}
