import type { AuthDeps } from '../accounts/auth-deps.ts'
import { loginKeyOf, loginNameMac } from '../accounts/login-key.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Origin } from '../http/handler.ts'
import { countRequest } from '../mailed-codes/counting.ts'
import { mailedCodeHash, mailedCodeMs, newMailedCode } from '../mailed-codes/mailed-code.ts'
import { sendBeside } from '../mailed-codes/send-beside.ts'
import type { Message } from '../senders/messages.ts'
import { takeAll } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import type { Texts } from '../texts/texts.ts'
import { textsFor } from '../texts/user-texts.ts'

const hourMs = 60 * 60_000

const perNetwork = { limit: 10, windowMs: hourMs }
const perAccount = { limit: 3, windowMs: hourMs }
const perServer = { limit: 500, windowMs: 24 * hourMs }

/**
 * Asks for a mail with a code for a new password. Whether the account exists, has a proven address, is
 * suspended or administers is told by nothing: the answer, the work before it and what is counted are the
 * same, and the mail is sent beside the request (ASVS 5.0 6.3.8).
 *
 * @throws AppError RATE_LIMITED for a network or the whole server, whoever was named
 */
export async function askForReset(deps: AuthDeps, account: string, origin: Origin): Promise<void> {
  const counted = {
    name: 'password-reset',
    quotas: [
      { key: `password-reset:network:${origin.network}`, ...perNetwork },
      { key: 'password-reset:server', ...perServer },
    ],
    action: 'password-reset.asked',
    refusal: 'Too many mails for new passwords were asked for',
  }
  await countRequest(deps, counted, origin)
  const mac = loginNameMac(deps.serverKey, account)
  const code = newMailedCode()
  const codeHash = mailedCodeHash('password-reset', code)
  const found = await accountOf(deps, account)
  const locks = [`throttle:password-reset:${mac}`, `user:${found?.id ?? mac}`, 'audit']
  const message = await deps.store.transact(locks, async (tx) => {
    const nowMs = deps.clock.nowMs()
    const key = `password-reset:account:${mac}`
    const wait = await takeAll(tx, [{ key, ...perAccount }], nowMs)
    const user = await mailableUser(tx, found)
    const texts = await textsFor(tx, user ?? { language: null })
    await appendAudit(tx, {
      at: nowMs,
      actor: found === undefined ? `unknown:${mac}` : `user:${found.id}`,
      action: 'password-reset.asked',
      outcome: wait === null && user !== null ? 'ok' : 'refused',
      address: origin.address,
      ...(wait === null ? {} : { details: { reason: 'limit' } }),
    })
    if (wait !== null || user === null || !(await deps.messages.channels(tx)).has('email')) return null
    // One code at a time: the newest mail is the one that works.
    await tx.deleteFrom('passwordResets').where('userId', '=', user.id).execute()
    const expiresAt = nowMs + mailedCodeMs
    const { email, id: userId } = user
    await tx
      .insertInto('passwordResets')
      .values({ codeHash, userId, email, createdAt: nowMs, expiresAt })
      .execute()
    return mailOf(texts, deps, user, code, origin)
  })
  if (message !== null) sendBeside(deps, message, 'A mail for a new password could not be sent.')
}

/** By login name, else by a proven mail address that belongs to one account only. */
async function accountOf({ store }: AuthDeps, account: string): Promise<Pick<UserRow, 'id'> | undefined> {
  const byName = await store.db
    .selectFrom('users')
    .select('id')
    .where('loginKey', '=', loginKeyOf(account))
    .executeTakeFirst()
  const byMail = await store.db
    .selectFrom('users')
    .select('id')
    .where(({ eb, fn }) => eb(fn<string>('lower', ['email']), '=', account.toLowerCase()))
    .where('emailProvenAt', 'is not', null)
    .limit(2)
    .execute()
  return byName ?? (byMail.length === 1 ? byMail[0] : undefined)
}

/** Only an enabled backup user with a proven address gets a mail; everybody else asks the administrator. */
async function mailableUser(
  tx: Tx,
  found: Pick<UserRow, 'id'> | undefined,
): Promise<(UserRow & { readonly email: string }) | null> {
  const user = await tx
    .selectFrom('users')
    .selectAll()
    .where('id', '=', found?.id ?? ('usr_' as UserRow['id']))
    .executeTakeFirst()
  if (user?.status !== 'enabled' || user.kind !== 'backup') return null
  const { email } = user
  return email === null || user.emailProvenAt === null ? null : { ...user, email }
}

function mailOf(
  { language, text }: Texts,
  { config }: AuthDeps,
  user: UserRow & { readonly email: string },
  code: string,
  origin: Origin,
): Message {
  const server = config.name
  const command = 'holdfast password forgot --have-code'
  const values = { code, name: user.loginName, address: origin.address, command, server }
  return {
    channel: 'email',
    to: user.email,
    subject: text('password-reset.subject', { server }),
    text: text('password-reset.text', values),
    language,
  }
}
