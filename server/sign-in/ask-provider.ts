import { isAppError } from '../../shared/errors.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { TransactionRow } from '../store/tables.ts'
import type { Evidence } from './check-code.ts'
import { codeLane } from './lanes.ts'
import { digitsOf } from './passcodes.ts'
import type { OpenChallenge } from './state.ts'
import { lockedUntil } from './throttles.ts'
import { endOf, stateOf, storeState } from './transactions.ts'

/**
 * Asks the provider that made a challenge's code about what was typed. Before that a question is taken from
 * the transaction, under its lock: however many requests race, a provider is never asked more often than
 * there are tries, and so is no oracle beside them.
 *
 * @returns null when there is nobody to ask, or nothing to be asked any more
 */
export async function askProvider(
  deps: AuthDeps,
  seen: TransactionRow,
  challenge: OpenChallenge,
  typed: string,
): Promise<Evidence['answered']> {
  const { verification } = challenge
  const digits = digitsOf(typed, null)
  if (verification === null || digits === null) return null
  if (!(await takeQuestion(deps, seen, challenge))) return null
  const { reference } = verification
  try {
    return { reference, answer: await deps.messages.checkPasscode(verification, digits) }
  } catch (error) {
    if (!isAppError(error, 'SEND_FAILED')) throw error
    deps.log.error({ err: error, transactionId: seen.id }, 'A provider could not be asked about a code.')
    return { reference, answer: 'unavailable' }
  }
}

async function takeQuestion(
  deps: AuthDeps,
  seen: TransactionRow,
  challenge: OpenChallenge,
): Promise<boolean> {
  return await deps.store.transact([`transaction:${seen.id}`], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const row = await tx
      .selectFrom('transactions')
      .selectAll()
      .where('id', '=', seen.id)
      .executeTakeFirstOrThrow()
    const state = stateOf(row)
    const { limits } = await policyOfUser(tx, row.userId)
    const isOpen =
      endOf(row, nowMs) === null &&
      state.challenge?.id === challenge.id &&
      nowMs < challenge.expiresAt &&
      state.asked < limits.triesPerChallenge &&
      (await lockedUntil(tx, codeLane(row.userId, row.deviceId), nowMs)) === null
    if (isOpen) await storeState(tx, row.id, { ...state, asked: state.asked + 1 }, row.triesLeft)
    return isOpen
  })
}
