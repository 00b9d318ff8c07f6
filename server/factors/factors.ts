import { isoOf } from '../../shared/clock.ts'
import type { Factor } from '../../shared/model/account.ts'
import type { FactorId, UserId } from '../../shared/model/ids.ts'
import { phoneChannelSchema, type Method } from '../../shared/model/policy.ts'
import type { MethodOption } from '../../shared/model/sign-in.ts'
import type { Kysely } from 'kysely'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { FactorRow, Tables } from '../store/tables.ts'
import type { BackupCodeSet } from './backup-codes.ts'
import { maskEmailAddress } from './email-addresses.ts'
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

/** By which methods a registered one can be used: a phone takes text messages and calls. */
export function waysOf(factor: Pick<FactorRow, 'method'>): readonly Method[] {
  return factor.method === 'sms' ? phoneChannelSchema.options : [factor.method]
}

/** Whether any way to use it is among the usable methods. */
export function isUsable(factor: Pick<FactorRow, 'method'>, usable: readonly Method[]): boolean {
  return waysOf(factor).some((way) => usable.includes(way))
}

/** Where a registered method sends to, as others may see it; null where it sends nothing. */
export function maskedDestination(to: Pick<FactorRow, 'phoneNumber' | 'emailAddress'>): string | null {
  if (to.phoneNumber !== null) return maskPhoneNumber(to.phoneNumber)
  return to.emailAddress === null ? null : maskEmailAddress(to.emailAddress)
}

/** Registered ∩ policy ∩ available, in the order in which the chooser shows them. */
export function optionsOf(factors: readonly RegisteredFactor[], usable: readonly Method[]): MethodOption[] {
  return factors
    .filter((factor) => factor.codesLeft !== 0)
    .flatMap((factor) =>
      waysOf(factor)
        .filter((method) => usable.includes(method))
        .map((method) => ({
          factorId: factor.id,
          method,
          label: factor.label,
          maskedDestination: maskedDestination(factor),
          isProven: factor.isProven === 1,
          lastUsedAt: factor.lastUsedAt === null ? null : isoOf(factor.lastUsedAt),
          codesLeft: factor.codesLeft,
        })),
    )
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
    maskedDestination: maskedDestination(factor),
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
