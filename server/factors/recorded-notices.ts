import { isAppError } from '../../shared/errors.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Message } from '../senders/messages.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { AccountNoticeRow } from '../store/recovery-tables.ts'
import { contactsOf, plannedNotices, type Contacts, type Notice } from './announce.ts'

const atOnce = 50
const minuteMs = 60_000
/** Until the next try, by how many there were. */
const retryMs = [minuteMs, 5 * minuteMs, 30 * minuteMs, 120 * minuteMs, 360 * minuteMs]

type Recorded = Omit<Notice, 'userId' | 'exceptFactorId' | 'alsoTo'> & { readonly contacts: Contacts }

/**
 * Has the owner of an account told of what an administrator does to it, in the transaction that does it: it is
 * announced if and only if it happened, also when a command on the host did it. Whom to tell is fixed now, before
 * the change takes ways of reaching them away.
 *
 * @param by `mail` where one change concerns many accounts: text messages cost
 */
export async function recordNotice(
  tx: Tx,
  nowMs: number,
  { userId, what, label, exceptFactorId, ...also }: Notice,
  by: 'all' | 'mail' = 'all',
): Promise<void> {
  const { addresses, phones } = await contactsOf(tx, { userId, exceptFactorId, ...also })
  const contacts = { addresses, phones: by === 'all' ? phones : [] }
  if (contacts.addresses.length + contacts.phones.length === 0) return
  const notice: Recorded = { what, label, contacts }
  await tx
    .insertInto('accountNotices')
    .values({
      id: newId<AccountNoticeRow['id']>('ntc'),
      userId,
      notice: JSON.stringify(notice),
      dueAt: nowMs,
      attempts: 0,
    })
    .execute()
}

/**
 * Sends what is due, for a job that runs often. Each is tried by one of several server processes at a time; what
 * no provider takes is tried again for some hours, without repeating what one took.
 */
export async function sendRecordedNotices(deps: AuthDeps): Promise<void> {
  for (const { id, messages, recorded, userId } of await takeDue(deps)) {
    const failed = new Set<string>()
    for (const message of messages) {
      try {
        await deps.messages.send(message)
      } catch (error) {
        if (!isAppError(error, 'SEND_FAILED')) throw error
        deps.log.warn({ err: error, userId }, 'A notice about an account was not sent.')
        failed.add(message.to)
      }
    }
    await keepOnly(deps, id, recorded, failed)
  }
}

interface Due {
  readonly id: string
  readonly userId: UserId
  readonly recorded: Recorded
  readonly messages: readonly Message[]
}

/** Claims them: their next try is set before the first, in the transaction that reads and counts them. */
async function takeDue(deps: AuthDeps): Promise<Due[]> {
  return await deps.store.transact([sendsLock, 'account-notices'], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const rows = await tx
      .selectFrom('accountNotices')
      .selectAll()
      .where('dueAt', '<=', nowMs)
      .orderBy('dueAt')
      .limit(atOnce)
      .execute()
    const due: Due[] = []
    for (const { attempts, id, notice, userId } of rows) {
      const wait = retryMs[attempts]
      if (wait === undefined) {
        await tx.deleteFrom('accountNotices').where('id', '=', id).execute()
        continue
      }
      const recorded = JSON.parse(notice) as Recorded
      const { contacts, label, what } = recorded
      const messages = await plannedNotices(deps, tx, { userId, what, label, exceptFactorId: null }, contacts)
      await tx
        .updateTable('accountNotices')
        .set({ attempts: attempts + 1, dueAt: nowMs + wait })
        .where('id', '=', id)
        .execute()
      due.push({ id, userId, recorded, messages })
    }
    return due
  })
}

async function keepOnly(
  { store: { db } }: AuthDeps,
  id: string,
  recorded: Recorded,
  failed: ReadonlySet<string>,
): Promise<void> {
  if (failed.size === 0) {
    await db.deleteFrom('accountNotices').where('id', '=', id).execute()
    return
  }
  const left: Recorded = {
    ...recorded,
    contacts: {
      addresses: recorded.contacts.addresses.filter((address) => failed.has(address)),
      phones: recorded.contacts.phones.filter((phone) => failed.has(phone)),
    },
  }
  await db
    .updateTable('accountNotices')
    .set({ notice: JSON.stringify(left) })
    .where('id', '=', id)
    .execute()
}
