import { expect } from 'vitest'
import type { UserId } from '../../shared/model/ids.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import { origin, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { authenticateTransaction } from '../sign-in/transactions.ts'
import { sendDueNotices } from './notices.ts'

export const recoveryPhone = '+4915199999942'
export const otherPhone = '+4915112345678'
export const email = 'anna@example.org'
export const hourMs = 3_600_000

/** A user with an authenticator, a proven mail address and a recovery phone: what most people will have. */
export async function recoverableUser(auth: TestAuth, loginName: string) {
  const user = await auth.newUser(loginName)
  const totp = await user.addTotp()
  await setEmail(auth, user.userId, email)
  await setRecoveryPhone(auth, user.userId)
  return { ...user, totp }
}

export async function setRecoveryPhone(auth: TestAuth, userId: UserId, phoneNumber = recoveryPhone) {
  const addedAt = auth.clock.nowMs()
  await auth.store.db.insertInto('recoveryPhones').values({ userId, phoneNumber, addedAt }).execute()
}

export async function setEmail(auth: TestAuth, userId: UserId, address: string) {
  await auth.store.db
    .updateTable('users')
    .set({ email: address, emailProvenAt: auth.clock.nowMs() })
    .where('id', '=', userId)
    .execute()
}

/** What only recovery answers, for a sign-in that has begun. */
export function recovering(auth: TestAuth, token: string) {
  const call = async () => ({
    origin,
    caller: { transaction: await authenticateTransaction(auth.deps, token) },
  })
  return {
    ...auth.as(token),
    recover: async (): Promise<Step> => (await auth.handlers.startRecovery({}, await call())).step,
    number: async (phoneNumber = recoveryPhone): Promise<Step> =>
      (await auth.handlers.recoveryNumber({ phoneNumber }, await call())).step,
  }
}

/** From the password to the passcode on the recovery phone, which is not given yet. */
export async function untilPasscode(auth: TestAuth, loginName: string) {
  const { transactionToken } = await auth.signIn(loginName)
  const flow = recovering(auth, transactionToken)
  stepOf(await flow.recover(), 'recover-by-phone')
  stepOf(await flow.number(), 'enter-code')
  return flow
}

/** Begins the waiting time, and sends the first notices. */
export async function startRecovery(auth: TestAuth, loginName: string) {
  const flow = await untilPasscode(auth, loginName)
  const waiting = stepOf(await flow.prove(auth.passcode(recoveryPhone)), 'recovery-waiting')
  await noticesSent(auth)
  return waiting
}

/** What is due is out: also what the request itself began to send. */
export async function noticesSent(auth: TestAuth): Promise<void> {
  await sendDueNotices(auth.deps)
  await expect
    .poll(async () => {
      const rows = await auth.store.db
        .selectFrom('recoveryNotices')
        .select(['channel', 'attempts'])
        .where('sentAt', 'is', null)
        .where((where) => where.or([where('attempts', '>', 0), where('dueAt', '<=', auth.clock.nowMs())]))
        .execute()
      return rows.filter(({ channel }) => !auth.sending.failing.has(channel)).length
    })
    .toBe(0)
}

/** After the waiting time: to the one step that is left, registering something new. */
export async function untilEnrolment(auth: TestAuth, loginName: string) {
  const flow = await untilPasscode(auth, loginName)
  const step = await flow.prove(auth.passcode(recoveryPhone))
  return { ...flow, step }
}

/** Registers a new authenticator, the last act of a recovery. */
export async function enrolNew(
  auth: TestAuth,
  flow: { enrol: (e: { method: 'totp' }) => Promise<Step>; prove: (code: string) => Promise<Step> },
) {
  const { secretBase32 } = stepOf(await flow.enrol({ method: 'totp' }), 'pair-authenticator')
  return await flow.prove(auth.totp(secretBase32))
}

/** The token in the last notice that went to an address. */
export function cancelTokenTo(auth: TestAuth, to: string): string {
  const text = auth.messages.findLast((each) => each.to === to && each.text.includes('stop it'))?.text ?? ''
  const token = /cancel[/ ]([A-Za-z0-9_-]{43})/.exec(text)?.[1]
  if (token === undefined) throw new Error(`No notice with a way to stop went to ${to}.`)
  return token
}
