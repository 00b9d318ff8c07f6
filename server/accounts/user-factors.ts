import { AppError } from '../../shared/errors.ts'
import type { FactorId, UserId } from '../../shared/model/ids.ts'
import { approvalNeeded, useApproval } from '../approvals/approvals.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import { factorsOf, maxFactors, provenMethods, removeBackupCodes } from '../factors/factors.ts'
import { maskPhoneNumber, readPhoneNumber } from '../factors/phone-numbers.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import { newId } from '../server-key.ts'
import { endOpenTransactions } from '../sign-in/transactions.ts'
import type { By } from './acting.ts'
import { change, endEverything } from './changing-users.ts'
import { noteHandOver } from './handing-over.ts'
import { policyOfUser } from './policies.ts'
import { oneTime, type OneTimePassword, type UserDeps } from './users.ts'

/**
 * Enters a phone for a user. It is unproven: offered at sign-in, and proven by its first right passcode
 * (seed 0).
 *
 * @returns the masked number
 * @throws AppError INPUT_INVALID (path `phoneNumber`), CONFLICT when it is there already, NOT_FOUND
 */
export async function addPhone(
  deps: UserDeps,
  userId: UserId,
  phone: { readonly number: string; readonly label?: string },
  by: By,
): Promise<string> {
  const { number } = readPhoneNumber(phone.number, 'phoneNumber')
  await change(deps, userId, by, 'user.phone-added', async (tx, user) => {
    const factors = await factorsOf(tx, userId)
    // A number of their own and a one-time password would be a reset by one administrator alone.
    if (typeof by !== 'string' && provenMethods(factors).length > 0) {
      const { recovery } = await policyOfUser(tx, userId)
      if (recovery.twoAdministrators) throw approvalNeeded()
    }
    if (factors.length >= maxFactors || factors.some((factor) => factor.phoneNumber === number)) {
      throw new AppError('CONFLICT', 'The number is registered already, or too many are.')
    }
    const nowMs = deps.clock.nowMs()
    const label = phone.label ?? 'Phone'
    await tx
      .insertInto('factors')
      .values({
        id: newId<FactorId>('fac'),
        userId,
        method: 'sms',
        label,
        phoneNumber: number,
        secretSealed: null,
        lastTotpStep: null,
        isProven: 0,
        addedAt: nowMs,
        lastUsedAt: null,
      })
      .execute()
    await recordFactorEvent(tx, {
      userId,
      at: nowMs,
      event: 'added',
      method: 'sms',
      label,
      address: null,
    })
    await noteHandOver(tx, nowMs, user, 'phone', by)
    const masked = maskPhoneNumber(number)
    await recordNotice(tx, nowMs, { userId, what: 'phone-entered', label: masked, exceptFactorId: null })
    // A sign-in that stands at "register your first method" must not go on as if there were none.
    await endOpenTransactions(tx, userId, nowMs)
  })
  return maskPhoneNumber(number)
}

/**
 * For a user who lost every method. Only this user: there is no switch that turns second factors off for all
 * (ARCHITECTURE §10). The old password ends with it, because whoever knows it could otherwise register a
 * method of their own; the one-time password goes to a person who was recognised.
 */
export async function resetFactors(
  deps: UserDeps,
  userId: UserId,
  by: By,
  chosen?: string,
): Promise<OneTimePassword> {
  const { password, ...once } = await oneTime(deps, chosen)
  await change(deps, userId, by, 'user.factors-reset', async (tx, user) => {
    const nowMs = deps.clock.nowMs()
    const { recovery } = await policyOfUser(tx, userId)
    if (recovery.twoAdministrators) await useApproval(tx, { kind: 'reset-factors', userId }, by, nowMs)
    // Before the methods are gone: they are where the notice goes.
    await recordNotice(tx, nowMs, { userId, what: 'factors-reset', label: '', exceptFactorId: null })
    await noteHandOver(tx, nowMs, user, 'factors', by)
    for (const factor of await factorsOf(tx, userId)) {
      await recordFactorEvent(tx, {
        userId,
        at: nowMs,
        event: 'reset-by-administrator',
        method: factor.method,
        label: factor.label,
        address: null,
      })
    }
    await removeBackupCodes(tx, userId)
    await tx.deleteFrom('factors').where('userId', '=', userId).execute()
    await tx.updateTable('users').set(password).where('id', '=', userId).execute()
    await endEverything(deps, tx, userId)
  })
  return once
}
