import type { Kysely } from 'kysely'
import type { FactorEvent } from '../../shared/model/account.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { secretContext } from '../factors/factors.ts'
import { acceptedTotpStep } from '../factors/totp.ts'
import { recoveryPhoneOf } from '../recovery/waiting.ts'
import { isSameSecret } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { FactorRow, Tables } from '../store/tables.ts'
import type { Decision } from './decide.ts'
import { digitsOf, passcodeMac } from './passcodes.ts'
import type { OpenChallenge } from './state.ts'

/** `expired` also covers what was withdrawn: a number that changed, a method that was removed. */
export type CodeCheck =
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrong' }
  /** The provider that made the code could not be asked. */
  | { readonly kind: 'unavailable' }
  | {
      readonly kind: 'right'
      readonly totpStep: number | null
      readonly backupCodePosition: number | null
    }

/** What had to be found out before the decision, outside the database transaction. */
export interface Evidence {
  readonly typedBackupCodeHash: string | null
  /** What a provider said about the typed digits, and about which verification it was asked. */
  readonly answered: {
    readonly reference: string
    readonly answer: 'right' | 'wrong' | 'expired' | 'unavailable'
  } | null
}

interface Checking {
  readonly tx: Kysely<Tables>
  readonly deps: Pick<AuthDeps, 'serverKey'>
  readonly nowMs: number
  readonly user: { readonly id: UserId }
}

const wrong: CodeCheck = { kind: 'wrong' }
const right: Extract<CodeCheck, { kind: 'right' }> = {
  kind: 'right',
  totpStep: null,
  backupCodePosition: null,
}

/** Whether a code proves the challenge now. Changes nothing. */
export async function checkCode(
  about: Checking,
  challenge: OpenChallenge,
  typed: string,
  evidence: Evidence,
): Promise<CodeCheck> {
  if (about.nowMs >= challenge.expiresAt) return { kind: 'expired' }
  const factor = await about.tx
    .selectFrom('factors')
    .selectAll()
    .where('id', '=', challenge.factorId)
    .where('userId', '=', about.user.id)
    .executeTakeFirst()
  if (challenge.use === 'recovery') {
    const phone = await recoveryPhoneOf(about.tx, about.user.id)
    if (phone?.phoneNumber !== challenge.phoneNumber) return { kind: 'expired' }
  } else if (!challenge.isNew && !isStillThere(factor, challenge)) {
    return { kind: 'expired' }
  }
  switch (challenge.method) {
    case 'sms':
    case 'voice':
    case 'email':
      return checkPasscode(about, challenge, typed, evidence)
    case 'totp':
      return checkTotp(about, challenge, factor, typed)
    case 'backup-code':
      return await checkBackupCode(about, challenge, evidence.typedBackupCodeHash)
  }
}

/** The method is registered, and goes where the code went. */
function isStillThere(factor: FactorRow | undefined, challenge: OpenChallenge): boolean {
  return (
    factor !== undefined &&
    factor.phoneNumber === challenge.phoneNumber &&
    factor.emailAddress === challenge.emailAddress
  )
}

/**
 * Uses a right code up and keeps what it proved.
 *
 * @returns what happened, for the account's history
 */
export async function useCode(
  { nowMs, tx, user }: Decision,
  challenge: OpenChallenge,
  check: Extract<CodeCheck, { kind: 'right' }>,
): Promise<FactorEvent['event']> {
  const { factorId } = challenge
  if (check.backupCodePosition !== null) {
    const used = await tx
      .updateTable('backupCodes')
      .set({ usedAt: nowMs })
      .where('factorId', '=', factorId)
      .where('position', '=', check.backupCodePosition)
      .where('usedAt', 'is', null)
      .executeTakeFirst()
    if (used.numUpdatedRows !== 1n) throw new Error('A backup code was used twice.')
  }
  const proof = {
    isProven: 1 as const,
    lastUsedAt: nowMs,
    ...(check.totpStep === null ? {} : { lastTotpStep: check.totpStep }),
  }
  const before = await tx
    .selectFrom('factors')
    .select('isProven')
    .where('id', '=', factorId)
    .executeTakeFirst()
  if (before !== undefined) {
    await tx.updateTable('factors').set(proof).where('id', '=', factorId).execute()
    if (before.isProven === 1) return 'used'
    await noteAddress(tx, user.id, challenge, nowMs)
    return 'proven'
  }
  await tx
    .insertInto('factors')
    .values({
      id: factorId,
      userId: user.id,
      // A phone is one method, however it was reached.
      method: challenge.method === 'voice' ? 'sms' : challenge.method,
      label: challenge.label,
      phoneNumber: challenge.phoneNumber,
      emailAddress: challenge.emailAddress,
      secretSealed: challenge.secretSealed,
      lastTotpStep: null,
      addedAt: nowMs,
      ...proof,
    })
    .execute()
  await noteAddress(tx, user.id, challenge, nowMs)
  return 'added'
}

/** An address that was proven as a method is proven for notices too. */
async function noteAddress(
  tx: Tx,
  userId: UserId,
  { emailAddress }: OpenChallenge,
  nowMs: number,
): Promise<void> {
  if (emailAddress === null) return
  await tx
    .updateTable('users')
    .set({ email: emailAddress, emailProvenAt: nowMs })
    .where('id', '=', userId)
    .where((where) => where.or([where('email', 'is', null), where('email', '=', emailAddress)]))
    .execute()
}

function checkPasscode(
  { deps }: Checking,
  challenge: OpenChallenge,
  typed: string,
  { answered }: Evidence,
): CodeCheck {
  if (challenge.verification !== null) {
    // Not asked (no digits, no tries left), or about a code that a newer one has replaced.
    if (answered?.reference !== challenge.verification.reference) return wrong
    return answered.answer === 'right' ? right : { kind: answered.answer }
  }
  if (challenge.codeMac === null) return { kind: 'expired' }
  const digits = digitsOf(typed, challenge.prefix)
  if (digits === null) return wrong
  return isSameSecret(passcodeMac(deps.serverKey, challenge.id, digits), challenge.codeMac) ? right : wrong
}

function checkTotp(
  { deps, nowMs, user }: Checking,
  challenge: OpenChallenge,
  factor: FactorRow | undefined,
  typed: string,
): CodeCheck {
  const sealed = challenge.secretSealed ?? factor?.secretSealed ?? null
  if (sealed === null) throw new Error('An authenticator without a secret.')
  const digits = digitsOf(typed, null)
  if (digits === null) return wrong
  const secret = deps.serverKey.open(sealed, secretContext(user.id, challenge.factorId))
  const totpStep = acceptedTotpStep(secret, digits, nowMs, factor?.lastTotpStep ?? null)
  return totpStep === null ? wrong : { ...right, totpStep }
}

async function checkBackupCode(
  { tx }: Checking,
  challenge: OpenChallenge,
  typedHash: string | null,
): Promise<CodeCheck> {
  if (typedHash === null) return wrong
  const row = await tx
    .selectFrom('backupCodes')
    .select('position')
    .where('factorId', '=', challenge.factorId)
    .where('codeHash', '=', typedHash)
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  return row === undefined ? wrong : { ...right, backupCodePosition: row.position }
}
