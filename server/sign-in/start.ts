import { AppError } from '../../shared/errors.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import type { InputOf } from '../../shared/routes.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Policy } from '../../shared/model/policy.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { loginKeyOf, loginNameMac } from '../accounts/login-key.ts'
import { defaultGroupPolicy, policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import { auditOnceAMinute, auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import { proveDevice } from '../devices/device-proof.ts'
import type { Origin } from '../http/handler.ts'
import type { DeviceRow, UserRow } from '../store/tables.ts'
import type { Tx } from '../store/store.ts'
import type { Begun } from './from-session.ts'
import { codeLane, passwordFailureLimits, passwordLane } from './lanes.ts'
import { rateLimited } from './rate-limited.ts'
import { stateAt } from './state.ts'
import { stepAfterPassword } from './steps.ts'
import { forgetFailures, lockedUntil, recordFailure, takeAll } from './throttles.ts'
import { createTransaction } from './transactions.ts'

type StartInput = InputOf<'signInStart'>

/** An id that no user has. */
const nobody = 'usr_' as UserId

/** What one attempt is decided on, the same for names that nobody has. */
interface Attempt {
  readonly input: StartInput
  readonly origin: Origin
  readonly device: DeviceRow | null
  /** The account as it was when its password was hashed. */
  readonly found: UserRow | undefined
  readonly isRight: boolean
}

/**
 * Starts signing in. Unknown name, wrong password, paused, suspended and ended one-time password look the
 * same: one hash, one failure counted or none, one audit entry (while paused: one a minute, which counts the
 * others), SIGN_IN_FAILED (ASVS 5.0 6.3.8).
 *
 * The hash is computed before the decision and outside the database transaction; attempts that ran side by
 * side are then decided one by one, so that no more of them are ever answered than the limit allows.
 *
 * @throws AppError SIGN_IN_FAILED, RATE_LIMITED, SERVER_BUSY, NO_METHOD_AVAILABLE; DEVICE_UNKNOWN,
 *   DEVICE_REVOKED and INPUT_INVALID from a device proof that does not hold
 */
export async function startSignIn(deps: AuthDeps, input: StartInput, origin: Origin): Promise<Begun> {
  await countAttempt(deps, origin)
  const device = await proveSignInDevice(deps, input)
  const found = await deps.store.db
    .selectFrom('users')
    .selectAll()
    .where('loginKey', '=', loginKeyOf(input.loginName))
    .executeTakeFirst()
  const isRight = await deps.hashes.verify(found?.passwordHash ?? null, input.password)
  const result = await decideAttempt(deps, { input, origin, device, found, isRight })
  if (result === null) throw new AppError('SIGN_IN_FAILED', 'Login name or password is wrong.')
  return result
}

async function countAttempt(deps: AuthDeps, origin: Origin): Promise<void> {
  const { address, network } = origin
  const lock = `throttle:sign-ins:${network}`
  const wait = await deps.store.transact([lock], async (tx) => {
    const { limits } = await defaultGroupPolicy(tx)
    const key = `sign-ins:network:${network}`
    const quota = { key, limit: limits.signInsPerNetworkPerMinute, windowMs: 60_000 }
    return await takeAll(tx, [quota], deps.clock.nowMs())
  })
  if (wait === null) return
  await auditOnceAMinuteAlone(deps, `sign-in.limited:${network}`, {
    at: deps.clock.nowMs(),
    actor: 'unknown',
    action: 'sign-in.limited',
    outcome: 'refused',
    address,
  })
  throw rateLimited('Too many attempts to sign in from this network', wait)
}

/** A proof that does not hold is told as such: the client can sign in without one. */
async function proveSignInDevice(deps: AuthDeps, input: StartInput): Promise<DeviceRow | null> {
  const { device: proof, loginName } = input
  if (proof === undefined) return null
  const { deviceId } = proof
  const text = deviceProof.signIn({ ...proof, loginName })
  return await deps.store.transact([`device:${deviceId}`], (tx) => proveDevice(deps, tx, proof, text))
}

async function decideAttempt(deps: AuthDeps, attempt: Attempt): Promise<Begun | null> {
  const { found, input, origin } = attempt
  // A computer of somebody else's is no known computer here.
  const device = attempt.device?.userId === found?.id ? attempt.device : null
  const lane = passwordLane(deps.serverKey, input.loginName, device?.id ?? null)
  // For a name that nobody has, as many locks and queries as for one that somebody has: those are slow
  // enough to be told apart over many attempts.
  const locks = [`throttle:${lane}`, `user:${found?.id ?? lane}`, 'audit']
  return await deps.store.transact(locks, async (tx) => {
    const nowMs = deps.clock.nowMs()
    const user = await currentUser(tx, found)
    const policy = user === undefined ? await defaultGroupPolicy(tx) : await policyOfUser(tx, user.id)
    const isPaused = await isAnyPaused(tx, nowMs, [
      lane,
      user === undefined ? lane : codeLane(user.id, device?.id ?? null),
    ])
    const admitted = isPaused ? null : admittedUser(user, attempt.isRight, nowMs)
    const actor =
      user === undefined ? `unknown:${loginNameMac(deps.serverKey, input.loginName)}` : `user:${user.id}`
    const entry = {
      at: nowMs,
      actor,
      action: 'sign-in.password',
      outcome: admitted === null ? ('failed' as const) : ('ok' as const),
      address: origin.address,
      details: { client: input.client.name, factor: 'password', isKnownDevice: device !== null },
    }
    if (isPaused) {
      const details = { ...entry.details, reason: 'paused' }
      await auditOnceAMinute(tx, `sign-in.password:${lane}`, { ...entry, details })
      return null
    }
    await appendAudit(tx, entry)
    if (admitted === null) {
      await countFailure(tx, lane, policy, nowMs, actor)
      return null
    }
    await forgetFailures(tx, [lane])
    return await open(deps, tx, { user: admitted, policy, device, input, origin, nowMs })
  })
}

/** The account now, unless its password was changed while the old one was being hashed. */
async function currentUser(tx: Tx, found: UserRow | undefined): Promise<UserRow | undefined> {
  const user = await tx
    .selectFrom('users')
    .selectAll()
    .where('id', '=', found?.id ?? nobody)
    .executeTakeFirst()
  if (user === undefined || found === undefined) return undefined
  return user.passwordHash === found.passwordHash ? user : { ...user, passwordHash: null }
}

function admittedUser(user: UserRow | undefined, isRight: boolean, nowMs: number): UserRow | null {
  if (user === undefined || user.passwordHash === null || !isRight) return null
  const isOver = user.passwordExpiresAt !== null && nowMs >= user.passwordExpiresAt
  return user.status === 'enabled' && !isOver ? user : null
}

async function isAnyPaused(tx: Tx, nowMs: number, lanes: readonly string[]): Promise<boolean> {
  let isPaused = false
  for (const lane of lanes) if ((await lockedUntil(tx, lane, nowMs)) !== null) isPaused = true
  return isPaused
}

async function countFailure(
  tx: Tx,
  lane: string,
  policy: Policy,
  nowMs: number,
  actor: string,
): Promise<void> {
  const isPaused = await recordFailure(tx, lane, passwordFailureLimits(policy.limits), nowMs)
  if (!isPaused) return
  const details = { after: 'passwords' }
  await appendAudit(tx, { at: nowMs, actor, action: 'account.paused', outcome: 'ok', details })
}

async function open(
  deps: AuthDeps,
  tx: Tx,
  start: {
    readonly user: UserRow
    readonly policy: Policy
    readonly device: DeviceRow | null
    readonly input: StartInput
    readonly origin: Origin
    readonly nowMs: number
  },
): Promise<Begun> {
  const { device, input, nowMs, origin, policy, user } = start
  const state = stateAt('choose-method')
  const { transaction, token } = await createTransaction(tx, {
    purpose: 'sign-in',
    userId: user.id,
    sessionId: null,
    operation: null,
    state,
    client: input.client,
    address: origin.address,
    deviceId: device?.id ?? null,
    keepSignedIn: input.keepSignedIn,
    nowMs,
  })
  const verdict = await stepAfterPassword({
    tx,
    deps,
    nowMs,
    origin,
    transaction,
    state,
    user,
    policy,
    session: null,
  })
  return { verdict, token, transaction }
}
