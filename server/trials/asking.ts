import type { Kysely } from 'kysely'
import { isAppError } from '../../shared/errors.ts'
import type { InputOf } from '../../shared/routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { loginKeyOf, loginNameMac } from '../accounts/login-key.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Origin } from '../http/handler.ts'
import { countRequest } from '../mailed-codes/counting.ts'
import { mailedCodeHash, mailedCodeMs, newMailedCode } from '../mailed-codes/mailed-code.ts'
import { sendBeside } from '../mailed-codes/send-beside.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { takeAll, waitFor } from '../sign-in/throttles.ts'
import type { Tables, UserRow } from '../store/tables.ts'
import { textsFor } from '../texts/user-texts.ts'
import { accountsMade, alertIfUsedUp, countedAsk, mailsTo } from './limits.ts'
import { readLoginAddress } from './login-address.ts'
import { codeMail, takenMail } from './mails.ts'
import { checkInvitation, isDomainAllowed, requireTrial } from './offer.ts'

/** What comes of an address, which only the log and the mailbox learn. */
type Fate = 'code' | 'taken' | 'domain' | 'limit'

/**
 * Asks for a mail with a code for registering an address. Whether the address is free, belongs to an account or
 * may not register is told by nothing: the answer, the work before it and what is stored are the same, and the
 * mail is sent beside the request (ASVS 5.0 6.3.8). Whoever has an account is told by mail.
 *
 * @throws AppError NOT_ALLOWED where trials are not offered; RATE_LIMITED for a network or the whole server;
 *   INPUT_INVALID (`email`, `invitationCode`)
 */
export async function askForTrial(
  deps: AuthDeps,
  input: InputOf<'askForTrial'>,
  origin: Origin,
): Promise<void> {
  const { trial } = await requireTrial(deps)
  try {
    await countRequest(deps, countedAsk(trial, origin), origin)
  } catch (error) {
    if (isAppError(error, 'RATE_LIMITED')) await alertIfUsedUp(deps.store.db, trial, deps.clock.nowMs())
    throw error
  }
  const email = readLoginAddress(input.email)
  checkInvitation(trial, input.invitationCode, deps.serverKey)
  const nowMs = deps.clock.nowMs()
  // Before a code is mailed that nobody could use today.
  const wait = await waitFor(deps.store.db, accountsMade(trial, origin), nowMs)
  if (wait !== null) {
    await alertIfUsedUp(deps.store.db, trial, nowMs)
    throw rateLimited('No more accounts can be registered today', wait)
  }
  const addressMac = loginNameMac(deps.serverKey, email)
  const code = newMailedCode()
  const codeHash = mailedCodeHash('registration', code)
  const { fate, owner } = await deps.store.transact([`trial:${addressMac}`, 'audit'], async (tx) => {
    const taken = await ownerOfAddress(tx, email)
    const isOver = (await takeAll(tx, [mailsTo(addressMac, trial)], nowMs)) !== null
    const reached = isDomainAllowed(trial, email) ? (taken === undefined ? 'code' : 'taken') : 'domain'
    const decided: Fate = isOver ? 'limit' : reached
    await appendAudit(tx, {
      at: nowMs,
      actor: `unknown:${addressMac}`,
      action: 'trial.asked',
      outcome: decided === 'code' ? 'ok' : 'refused',
      address: origin.address,
      ...(decided === 'code' ? {} : { details: { reason: decided } }),
    })
    // One code at a time, the newest; where it is not mailed nobody knows it, and the row is there all the same.
    const row = { codeHash, createdAt: nowMs, expiresAt: nowMs + mailedCodeMs }
    if (!isOver) {
      await tx
        .insertInto('registrations')
        .values({ addressMac, ...row })
        .onConflict((conflict) => conflict.column('addressMac').doUpdateSet(row))
        .execute()
    }
    return { fate: decided, owner: taken }
  })
  const texts = await textsFor(deps.store.db, {
    language: owner === undefined ? (input.language ?? null) : owner.language,
  })
  const { name } = deps.config
  if (fate === 'code') sendBeside(deps, codeMail(texts, name, email, code, origin), failure)
  if (fate === 'taken') sendBeside(deps, takenMail(texts, name, email, origin), failure)
}

const failure = 'A mail about registering could not be sent.'

/** The account that has it as its name or as its mail address, proven or not. */
export async function ownerOfAddress(
  db: Kysely<Tables>,
  email: string,
): Promise<Pick<UserRow, 'id' | 'language'> | undefined> {
  return await db
    .selectFrom('users')
    .select(['id', 'language'])
    .where((eb) =>
      eb.or([
        eb('loginKey', '=', loginKeyOf(email)),
        eb(eb.fn<string>('lower', ['email']), '=', email.toLowerCase()),
      ]),
    )
    .executeTakeFirst()
}
