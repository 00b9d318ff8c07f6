import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import { endRecovery, type Ending } from '../recovery/ending.ts'
import type { Tx } from '../store/store.ts'
import { removePhoneSenders } from './senders.ts'

/**
 * Erases what a server that goes from text messages to apps needs no more, for good: the settings of who sends
 * messages and calls, and every telephone number of an account, recovery phones and the recoveries that wait for them
 * included. Each account's history says so. Inside the caller's
 * transaction, which holds `audit`.
 */
export async function eraseTelephony(tx: Tx, deps: Pick<ServerDeps, 'clock'>, by: string): Promise<void> {
  const at = deps.clock.nowMs()
  const senders = await removePhoneSenders(tx, deps, by)
  const phones = await tx
    .selectFrom('factors')
    .select(['userId', 'label'])
    .where('phoneNumber', 'is not', null)
    .execute()
  await tx.deleteFrom('factors').where('phoneNumber', 'is not', null).execute()
  await tx.deleteFrom('numberRegistrations').execute()
  const recoveryPhones = await eraseRecoveryPhones(tx, {
    nowMs: at,
    actor: by,
    reason: 'mode',
    address: null,
  })
  for (const { label, userId } of phones) {
    const event = { event: 'reset-by-administrator', method: 'sms', label, address: null } as const
    await recordFactorEvent(tx, { userId, at, ...event })
  }
  const details = { senders, phones: phones.length, recoveryPhones }
  await appendAudit(tx, { at, actor: by, action: 'telephony.erased', outcome: 'ok', details })
}

/** @returns how many recovery phones there were */
async function eraseRecoveryPhones(tx: Tx, ending: Ending): Promise<number> {
  const waiting = await tx.selectFrom('recoveries').selectAll().where('status', '=', 'waiting').execute()
  for (const recovery of waiting) await endRecovery(tx, recovery, 'cancelled', ending)
  await tx.deleteFrom('recoveryNotices').where('channel', '=', 'sms').execute()
  await tx.updateTable('recoveries').set({ phoneNumber: '' }).execute()
  const { numDeletedRows } = await tx.deleteFrom('recoveryPhones').executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
