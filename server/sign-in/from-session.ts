import type { Enrolment, Operation } from '../../shared/model/sign-in.ts'
import { clientInfoSchema } from '../../shared/model/sign-in.ts'
import { isOpenAccount } from '../accounts/account-state.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import { factorsOf, provenMethods } from '../factors/factors.ts'
import type { Origin, SessionCaller } from '../http/handler.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { isProvenNetwork } from '../sessions/networks.ts'
import { isFresh, isOpen, sessionEnded, stepUpRequired } from '../sessions/sessions.ts'
import type { Tx } from '../store/store.ts'
import type { TransactionRow } from '../store/tables.ts'
import type { Decision, Verdict } from './decide.ts'
import { openEnrolment } from './enrolment.ts'
import { codeLane } from './lanes.ts'
import { rateLimited } from './rate-limited.ts'
import { stateAt } from './state.ts'
import { chooseMethodStep } from './steps.ts'
import { lockedUntil, takeAll, untilUnlocked } from './throttles.ts'
import { createTransaction } from './transactions.ts'

/** What begins inside a session: the transaction that was made, its token and its first step. */
export interface Begun {
  readonly verdict: Verdict
  readonly token: string
  readonly transaction: TransactionRow
}

export interface Caller {
  readonly caller: SessionCaller
  readonly origin: Origin
}

/** Step-ups and enrolments that one session may start, in ten minutes. */
const startsPerSession = { limit: 30, windowMs: 10 * 60_000 }

/**
 * Starts proving a second factor again for one operation. A password is never enough for that.
 *
 * @throws AppError SESSION_ENDED, RATE_LIMITED while the account is paused or after too many starts; the verdict may be NO_METHOD_AVAILABLE
 */
export async function beginStepUp(deps: AuthDeps, call: Caller, operation: Operation): Promise<Begun> {
  return await begin(deps, call, 'step-up', operation, async (decision) => {
    return await chooseMethodStep(decision)
  })
}

/**
 * Starts registering a further method. Needs a grant, except for the first proven method of an account:
 * that one needs a session whose sign-in is young.
 *
 * @throws AppError STEP_UP_REQUIRED, RATE_LIMITED, NOT_ALLOWED, CONFLICT, INPUT_INVALID
 */
export async function beginEnrolment(
  deps: AuthDeps,
  call: Caller,
  enrolment: Enrolment,
  grantToken: string | undefined,
): Promise<Begun & { readonly usedGrant: string | null }> {
  let usedGrant: string | null = null
  const begun = await begin(deps, call, 'enrol', null, async (decision) => {
    usedGrant = null
    const { tx, user, nowMs } = decision
    const isFirst = provenMethods(await factorsOf(tx, user.id)).length === 0
    if (!isFirst) {
      if (grantToken === undefined) throw stepUpRequired('change-factors')
      await consumeGrant(tx, deps, call.caller, grantToken, { kind: 'change-factors' })
      usedGrant = grantToken
    } else if (decision.session === null || !isFresh(decision.session, nowMs)) {
      throw stepUpRequired('change-factors')
    }
    const verdict = await openEnrolment(decision, enrolment)
    // Rolls back, so that the grant can still be used for a second try.
    if (verdict.kind === 'refused') throw verdict.error
    return verdict
  })
  return { ...begun, usedGrant }
}

/** Opens a transaction of a session and decides its first step, together. */
export async function begin(
  deps: AuthDeps,
  { caller, origin }: Caller,
  purpose: 'step-up' | 'enrol',
  operation: Operation | null,
  work: (decision: Decision) => Promise<Verdict>,
): Promise<Begun> {
  await countStart(deps, caller, origin)
  const locks = [`user:${caller.user.id}`, sendsLock, 'audit']
  return await deps.store.transact(locks, async (tx) => {
    const nowMs = deps.clock.nowMs()
    const { session, user } = await currentCaller(tx, { caller, origin }, nowMs)
    const until = await lockedUntil(tx, codeLane(user.id, session.deviceId), nowMs)
    if (until !== null) {
      const seconds = until === untilUnlocked ? null : Math.ceil((until - nowMs) / 1000)
      throw rateLimited('This account pauses after too many wrong codes', seconds)
    }
    const state = stateAt('choose-method')
    const { transaction, token } = await createTransaction(tx, {
      purpose,
      userId: user.id,
      sessionId: session.id,
      operation,
      state,
      client: clientInfoSchema.parse(JSON.parse(session.client)),
      address: origin.address,
      deviceId: session.deviceId,
      keepSignedIn: false,
      nowMs,
    })
    const policy = await policyOfUser(tx, user.id)
    const decision = { tx, deps, nowMs, origin, transaction, state, user, policy, session }
    return { verdict: await work(decision), token, transaction }
  })
}

/** In a transaction of its own: what is refused later counts as well. */
async function countStart(
  deps: AuthDeps,
  { session, user }: SessionCaller,
  { address }: Origin,
): Promise<void> {
  const key = `step-ups:${session.id}`
  const nowMs = deps.clock.nowMs()
  const quota = { key, ...startsPerSession }
  const wait = await deps.store.transact([`throttle:${key}`], (tx) => takeAll(tx, [quota], nowMs))
  if (wait === null) return
  await auditOnceAMinuteAlone(deps, key, {
    at: nowMs,
    actor: `user:${user.id}`,
    action: 'step-up.limited',
    outcome: 'refused',
    target: session.id,
    address,
  })
  throw rateLimited('Too many operations were begun in this session', wait)
}

/** Session and user as they are now, under the lock; like every caller fresh only where it was proven. */
async function currentCaller(
  tx: Tx,
  { caller, origin }: { readonly caller: SessionCaller; readonly origin: Origin },
  nowMs: number,
): Promise<SessionCaller> {
  const session = await tx
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', caller.session.id)
    .executeTakeFirst()
  const user = await tx.selectFrom('users').selectAll().where('id', '=', caller.user.id).executeTakeFirst()
  if (session === undefined || !isOpen(session, nowMs)) throw sessionEnded()
  if (user === undefined || !isOpenAccount(user, nowMs)) throw sessionEnded()
  return { session: isProvenNetwork(session, origin) ? session : { ...session, freshUntil: null }, user }
}
