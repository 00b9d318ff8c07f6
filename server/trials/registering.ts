import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Language } from '../../shared/model/language.ts'
import type { InputOf, ReplyOf } from '../../shared/routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { insertUser } from '../accounts/insert-user.ts'
import { loginKeyOf, loginNameMac } from '../accounts/login-key.ts'
import { checkNewPassword } from '../accounts/passwords.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Origin } from '../http/handler.ts'
import { countRequest, wrongMailedCode } from '../mailed-codes/counting.ts'
import { isMailedCodeOver, mailedCodeHash } from '../mailed-codes/mailed-code.ts'
import { isSameSecret, newId } from '../server-key.ts'
import { settingsLock } from '../settings.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { takeAll } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { ownerOfAddress } from './asking.ts'
import { readLoginAddress } from './login-address.ts'
import { accountsMade, alertIfUsedUp, countedTry, trialsLock } from './limits.ts'
import { isDomainAllowed, notOffered, openTrial, requireTrial } from './offer.ts'

const dayMs = 86_400_000
const action = 'trial.registered'
/** A name that an administrator can edit later (displayNameSchema). */
const displayNameMax = 60

/** What is stored of somebody who proved an address. */
interface Applicant {
  readonly email: string
  readonly addressMac: string
  readonly codeHash: string
  readonly displayName: string
  readonly passwordHash: string
  readonly language: Language | null
}

type Registered =
  | { readonly kind: 'made'; readonly expiresAt: number }
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'wrong-code' }
  | { readonly kind: 'used-up'; readonly waitSeconds: number }

/**
 * Makes the account of somebody who has the mailed code: a backup user on trial whose login name is the address.
 * It gives no session and registers no second factor, and the mail counts as none: the first sign-in is like
 * that of every other account.
 *
 * @throws AppError NOT_ALLOWED where trials are not offered (any more); PASSCODE_WRONG for a code that nobody has,
 *   of another address, used or over; INPUT_INVALID (`email`, `newPassword`); RATE_LIMITED; CONFLICT where the
 *   address came to belong to an account in the meantime
 */
export async function registerTrial(
  deps: AuthDeps,
  input: InputOf<'registerTrial'>,
  origin: Origin,
): Promise<ReplyOf<'registerTrial'>> {
  await requireTrial(deps)
  const email = readLoginAddress(input.email)
  const addressMac = loginNameMac(deps.serverKey, email)
  await countRequest(deps, countedTry(addressMac, origin), origin)
  const codeHash = mailedCodeHash('registration', input.code)
  if (!(await isRightCode(deps.store.db, { addressMac, codeHash }, deps.clock.nowMs())))
    throw await wrongMailedCode(deps, action, origin)
  const [localPart = ''] = email.split('@')
  checkNewPassword(input.newPassword, [email, localPart, deps.config.name, 'holdfast'])
  const passwordHash = await deps.hashes.hash(input.newPassword)
  const { displayName = email.slice(0, displayNameMax), language = null } = input
  const locks = [trialsLock, `trial:${addressMac}`, `login:${loginKeyOf(email)}`, settingsLock, 'audit']
  const registered = await deps.store.transact(locks, (tx) =>
    register(tx, deps, { email, addressMac, codeHash, displayName, passwordHash, language }, origin),
  )
  switch (registered.kind) {
    case 'made':
      return { loginName: email, expiresAt: isoOf(registered.expiresAt) }
    case 'not-offered':
      throw notOffered()
    case 'wrong-code':
      throw await wrongMailedCode(deps, action, origin)
    case 'used-up':
      throw rateLimited('No more accounts can be registered today', registered.waitSeconds)
  }
}

/** Decides under the locks, on what is true now: hashing took its time. */
async function register(tx: Tx, deps: AuthDeps, applicant: Applicant, origin: Origin): Promise<Registered> {
  const { addressMac, displayName, email, language, passwordHash } = applicant
  const nowMs = deps.clock.nowMs()
  const open = await openTrial(deps, tx)
  if (open === null || !isDomainAllowed(open.trial, email)) return { kind: 'not-offered' }
  if (!(await isRightCode(tx, applicant, nowMs))) return { kind: 'wrong-code' }
  const { groupId, trial } = open
  const wait = await takeAll(tx, accountsMade(trial, origin), nowMs)
  if (wait !== null) {
    await alertIfUsedUp(tx, trial, nowMs)
    return { kind: 'used-up', waitSeconds: wait }
  }
  if ((await ownerOfAddress(tx, email)) !== undefined) {
    throw new AppError('CONFLICT', 'This address belongs to an account already.')
  }
  await tx.deleteFrom('registrations').where('addressMac', '=', addressMac).execute()
  const id = newId<UserId>('usr')
  const expiresAt = nowMs + trial.days * dayMs
  await insertUser(tx, {
    id,
    loginName: email,
    displayName,
    kind: 'backup',
    role: null,
    groupId,
    email,
    emailProvenAt: nowMs,
    subscription: 'trial',
    expiresAt,
    quotaBytes: trial.quotaBytes,
    passwordHash,
    language,
    mustChangePassword: 0,
    passwordExpiresAt: null,
    createdAt: nowMs,
  })
  await appendAudit(tx, {
    at: nowMs,
    actor: `user:${id}`,
    action,
    outcome: 'ok',
    target: id,
    address: origin.address,
    details: { groupId, expiresAt: isoOf(expiresAt), quotaBytes: trial.quotaBytes },
  })
  return { kind: 'made', expiresAt }
}

async function isRightCode(
  db: Kysely<Tables>,
  { addressMac, codeHash }: Pick<Applicant, 'addressMac' | 'codeHash'>,
  nowMs: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('registrations')
    .selectAll()
    .where('addressMac', '=', addressMac)
    .executeTakeFirst()
  return row !== undefined && isSameSecret(row.codeHash, codeHash) && !isMailedCodeOver(row, nowMs)
}
