import { isoOf } from '../../shared/clock.ts'
import type { Factor } from '../../shared/model/account.ts'
import type { FactorId, UserId } from '../../shared/model/ids.ts'
import type { Method, Policy } from '../../shared/model/policy.ts'
import type { MethodOption } from '../../shared/model/sign-in.ts'
import type { Kysely } from 'kysely'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { relyingPartyOf } from '../passkeys/relying-party.ts'
import type { Channel } from '../senders/messages.ts'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { FactorRow, Tables } from '../store/tables.ts'
import type { BackupCodeSet } from './backup-codes.ts'
import { maskPhoneNumber } from './phone-numbers.ts'

/** A registered method, with the number of unused codes where it is the backup codes. */
export interface RegisteredFactor extends FactorRow {
  readonly codesLeft: number | null
}

/** What an account may register at all; beyond this somebody is filling the database. */
export const maxFactors = 20

/** Everything registered, last used first. */
export async function factorsOf(db: Kysely<Tables>, userId: UserId): Promise<RegisteredFactor[]> {
  const rows = await db.selectFrom('factors').selectAll().where('userId', '=', userId).execute()
  const codes = await db
    .selectFrom('backupCodes')
    .select(({ fn }) => fn.countAll<number>().as('left'))
    .where('userId', '=', userId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return rows
    .map((row) => ({ ...row, codesLeft: row.method === 'backup-code' ? Number(codes.left) : null }))
    .sort(
      (a, b) =>
        Number(a.method === 'backup-code') - Number(b.method === 'backup-code') ||
        (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0) ||
        a.addedAt - b.addedAt ||
        (a.id < b.id ? -1 : 1),
    )
}

/**
 * Policy ∩ available: what could be used or registered now. What is sent needs somebody who sends, and
 * passkeys need the address that they are made for.
 */
export async function usableMethods(
  { config, messages }: Pick<AuthDeps, 'config' | 'messages'>,
  db: Kysely<Tables>,
  policy: Policy,
): Promise<Method[]> {
  const channels = await messages.channels(db)
  const hasPasskeys = relyingPartyOf(config) !== null
  return policy.methods.filter((method) => {
    if (method === 'passkey') return hasPasskeys
    return !isChannel(method) || channels.has(method)
  })
}

function isChannel(method: Method): method is Channel {
  return method === 'sms' || method === 'voice' || method === 'email'
}

/** Registered ∩ policy ∩ available, in the order in which the chooser shows them. */
export function optionsOf(factors: readonly RegisteredFactor[], usable: readonly Method[]): MethodOption[] {
  return factors
    .filter((factor) => usable.includes(factor.method) && factor.codesLeft !== 0)
    .map((factor) => ({
      factorId: factor.id,
      method: factor.method,
      label: factor.label,
      maskedDestination: factor.phoneNumber === null ? null : maskPhoneNumber(factor.phoneNumber),
      isProven: factor.isProven === 1,
      lastUsedAt: factor.lastUsedAt === null ? null : isoOf(factor.lastUsedAt),
      codesLeft: factor.codesLeft,
    }))
}

/** Registered and proven by its owner; backup codes alone are no method of their own. */
export function provenMethods(factors: readonly RegisteredFactor[]): RegisteredFactor[] {
  return factors.filter((factor) => factor.isProven === 1 && factor.method !== 'backup-code')
}

export function factorOf(factor: RegisteredFactor): Factor {
  return {
    id: factor.id,
    method: factor.method,
    label: factor.label,
    maskedDestination: factor.phoneNumber === null ? null : maskPhoneNumber(factor.phoneNumber),
    isProven: factor.isProven === 1,
    addedAt: isoOf(factor.addedAt),
    lastUsedAt: factor.lastUsedAt === null ? null : isoOf(factor.lastUsedAt),
    codesLeft: factor.codesLeft,
  }
}

/** What a TOTP secret is sealed to: it opens in no other row and for no other user. */
export function secretContext(userId: UserId, factorId: FactorId): string {
  return `totp:${userId}:${factorId}`
}

/** Replaces all backup codes of the user; codes that were printed before are dead. */
export async function storeBackupCodes(
  tx: Tx,
  userId: UserId,
  set: BackupCodeSet,
  nowMs: number,
): Promise<void> {
  await removeBackupCodes(tx, userId)
  const factorId = newId<FactorId>('fac')
  await tx
    .insertInto('factors')
    .values({
      id: factorId,
      userId,
      method: 'backup-code',
      label: 'Backup codes',
      phoneNumber: null,
      secretSealed: null,
      lastTotpStep: null,
      isProven: 1,
      addedAt: nowMs,
      lastUsedAt: null,
    })
    .execute()
  await tx
    .insertInto('backupCodes')
    .values(
      set.hashes.map((codeHash, index) => ({
        userId,
        factorId,
        position: index + 1,
        codeHash,
        usedAt: null,
      })),
    )
    .execute()
}

export async function removeBackupCodes(tx: Tx, userId: UserId): Promise<void> {
  await tx.deleteFrom('backupCodes').where('userId', '=', userId).execute()
  await tx.deleteFrom('factors').where('userId', '=', userId).where('method', '=', 'backup-code').execute()
}
