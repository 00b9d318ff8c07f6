import type { InputOf } from '../../shared/routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import { factorsOf } from '../factors/factors.ts'
import type { Handlers, Origin } from '../http/handler.ts'
import { countRequest, wrongMailedCode } from '../mailed-codes/counting.ts'
import { isMailedCodeOver, mailedCodeHash } from '../mailed-codes/mailed-code.ts'
import { settle } from '../sign-in/settle.ts'
import { serverSettings } from '../settings.ts'
import type { Decision, Verdict } from '../sign-in/decide.ts'
import type { Begun } from '../sign-in/from-session.ts'
import { everyDoor, requirementOf } from '../sign-in/requirement.ts'
import { stateAt } from '../sign-in/state.ts'
import { chooseMethodStep, goTo } from '../sign-in/steps.ts'
import { createTransaction } from '../sign-in/transactions.ts'
import { askForReset } from './asking.ts'

/** Wrong codes from one network in ten minutes; the code itself is far too long to be tried. */
const tries = { limit: 20, windowMs: 10 * 60_000 }
const started = 'password-reset.started'

/** A forgotten password: a mail to the proven address, then the second factor, then the new password. */
export function passwordResetHandlers(
  deps: AuthDeps,
): Pick<Handlers, 'forgotPassword' | 'startPasswordReset'> {
  return {
    forgotPassword: async ({ account }, { origin }) => {
      await askForReset(deps, account, origin)
      return { done: true }
    },
    startPasswordReset: async (input, { origin }) => {
      const key = `password-reset:tries:${origin.network}`
      const refusal = 'Too many codes were tried from this network'
      await countRequest(deps, { name: key, quotas: [{ key, ...tries }], action: started, refusal }, origin)
      const { token, transaction, verdict } = await beginReset(deps, input, origin)
      return { transactionToken: token, step: await settle(deps, transaction, verdict) }
    },
  }
}

/**
 * Uses the mailed code up and asks for the second factor. The mail alone opens nothing: the new password is
 * typed and counts only after the proof, in the same transaction (ASVS 5.0 6.4.3). An account without any
 * second factor can do without only where none is compulsory.
 *
 * @throws AppError PASSCODE_WRONG for a code that nobody has, that was used or that is over
 */
async function beginReset(
  deps: AuthDeps,
  { client, resetCode }: InputOf<'startPasswordReset'>,
  origin: Origin,
): Promise<Begun> {
  const codeHash = mailedCodeHash('password-reset', resetCode)
  const { db } = deps.store
  const seen = await db
    .selectFrom('passwordResets')
    .select('userId')
    .where('codeHash', '=', codeHash)
    .executeTakeFirst()
  if (seen === undefined) throw await wrongMailedCode(deps, started, origin)
  const begun = await deps.store.transact([`user:${seen.userId}`, 'audit'], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const reset = await tx
      .selectFrom('passwordResets')
      .selectAll()
      .where('codeHash', '=', codeHash)
      .executeTakeFirst()
    if (reset === undefined) return null
    await tx.deleteFrom('passwordResets').where('codeHash', '=', codeHash).execute()
    const user = await tx.selectFrom('users').selectAll().where('id', '=', reset.userId).executeTakeFirst()
    const isOwn = user?.emailProvenAt !== null && user?.email === reset.email
    if (
      user === undefined ||
      isMailedCodeOver(reset, nowMs) ||
      !isOwn ||
      user.status !== 'enabled' ||
      user.kind !== 'backup'
    )
      return null
    const state = stateAt('choose-method')
    const { transaction, token } = await createTransaction(tx, {
      purpose: 'password-reset',
      userId: user.id,
      sessionId: null,
      operation: null,
      state,
      client,
      address: origin.address,
      deviceId: null,
      keepSignedIn: false,
      nowMs,
    })
    await appendAudit(tx, {
      at: nowMs,
      actor: `user:${user.id}`,
      action: started,
      outcome: 'ok',
      target: transaction.id,
      address: origin.address,
    })
    const policy = await policyOfUser(tx, user.id)
    const decision = { tx, deps, nowMs, origin, transaction, state, user, policy, session: null }
    const hasFactor = (await factorsOf(tx, user.id)).length > 0
    if (hasFactor || (await isDemanded(decision))) {
      return { verdict: await chooseMethodStep(decision), token, transaction }
    }
    await goTo(decision, 'change-password')
    const verdict: Verdict = { kind: 'step', step: { kind: 'change-password' } }
    return { verdict, token, transaction }
  })
  if (begun === null) throw await wrongMailedCode(deps, started, origin)
  return begun
}

/** By the strictest of all doors, and without days of grace: the mailbox alone must not be enough there. */
async function isDemanded({ nowMs, policy, tx, user }: Decision): Promise<boolean> {
  const { settings } = await serverSettings(tx)
  const demands = settings.requireSecondFactorFor
  const requirement = requirementOf({ demands, policy, user, doors: everyDoor, nowMs })
  return requirement.rule === 'required' || requirement.isGrace
}
