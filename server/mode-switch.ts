import type { Kysely } from 'kysely'
import { AppError } from '../shared/errors.ts'
import type { ModeSwitch } from '../shared/model/server-settings.ts'
import type { UserId } from '../shared/model/ids.ts'
import { appendAudit } from './audit/audit.ts'
import type { ServerDeps } from './deps.ts'
import { untrustAll } from './devices/trust.ts'
import { eraseTelephony } from './senders/erase-telephony.ts'
import { phoneSenders, sendersLock } from './senders/senders.ts'
import { sendsLock } from './senders/send-quotas.ts'
import { serverSettings, settingsLock, storeServerSettings } from './settings.ts'
import { endAllOpenTransactions } from './sign-in/transactions.ts'
import type { Tx } from './store/store.ts'
import type { Tables } from './store/tables.ts'

/**
 * What the switch must hold. Every decision about a sign-in, a registration or a phone that an administrator
 * enters holds one of these too, so none of them can bring a phone back that was counted as gone.
 */
export const modeSwitchLocks: readonly string[] = [settingsLock, sendersLock, sendsLock, 'audit']

/** What going from text messages to apps would erase for good, as things stand. Changes nothing. */
export async function modeSwitchOf(db: Kysely<Tables>): Promise<ModeSwitch> {
  const { settings } = await serverSettings(db)
  const people = await peopleWithPhones(db)
  return {
    from: settings.mode,
    isPossible: settings.mode !== 'mobile',
    phones: await countPhones(db),
    senders: (await phoneSenders(db)).length,
    usersToPair: people.filter((person) => !person.hasOther).length,
    usersByPasswordAlone: people.filter((person) => !person.hasOther && !person.hasCodes).length,
  }
}

/**
 * Goes from text messages to apps and passkeys, for good: erases every phone that signs in and the settings of
 * whoever sends to phones, ends every sign-in under way, and has each user who is left without a method
 * register one at the next sign-in. There is no way back.
 *
 * @throws AppError CONFLICT when the server is in mobile mode already
 */
export async function switchToMobile(
  tx: Tx,
  deps: Pick<ServerDeps, 'clock'>,
  by: string,
): Promise<ModeSwitch> {
  const nowMs = deps.clock.nowMs()
  const erased = await modeSwitchOf(tx)
  if (!erased.isPossible) throw new AppError('CONFLICT', 'The server uses apps and passkeys only already.')
  const people = await peopleWithPhones(tx)
  await eraseTelephony(tx, deps, by)
  for (const { hasOther, userId } of people) {
    if (hasOther) continue
    // Backup codes stay: whoever has one proves with it who pairs. Trust in a computer proves that less well.
    await tx.updateTable('users').set({ mustPair: 1 }).where('id', '=', userId).execute()
    await untrustAll(tx, userId)
  }
  await endAllOpenTransactions(tx, nowMs)
  const { settings, version } = await serverSettings(tx)
  await storeServerSettings(tx, { ...settings, mode: 'mobile' }, version + 1)
  const { isPossible: _always, ...counts } = erased
  await appendAudit(tx, {
    at: nowMs,
    actor: by,
    action: 'settings.mode-switched',
    outcome: 'ok',
    details: { to: 'mobile', ...counts },
  })
  return erased
}

async function countPhones(db: Kysely<Tables>): Promise<number> {
  return (await db.selectFrom('factors').select('id').where('method', '=', 'sms').execute()).length
}

interface PersonWithPhone {
  readonly userId: UserId
  /** An app or a passkey that goes on working. */
  readonly hasOther: boolean
  readonly hasCodes: boolean
}

async function peopleWithPhones(db: Kysely<Tables>): Promise<readonly PersonWithPhone[]> {
  const rows = await db
    .selectFrom('factors')
    .select(['userId', 'method', 'isProven'])
    .where('userId', 'in', (query) =>
      query.selectFrom('factors').select('userId').where('method', '=', 'sms'),
    )
    .execute()
  const people = new Map<UserId, PersonWithPhone>()
  for (const { isProven, method, userId } of rows) {
    const person = people.get(userId) ?? { userId, hasOther: false, hasCodes: false }
    const isOther = isProven === 1 && (method === 'totp' || method === 'push' || method === 'passkey')
    people.set(userId, {
      userId,
      hasOther: person.hasOther || isOther,
      hasCodes: person.hasCodes || method === 'backup-code',
    })
  }
  return [...people.values()]
}
