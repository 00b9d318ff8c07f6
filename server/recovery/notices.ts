import { isAppError } from '../../shared/errors.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Channel, Message } from '../senders/messages.ts'
import { newToken, tokenHash } from '../server-key.ts'
import type { RecoveryNoticeRow, RecoveryRow } from '../store/recovery-tables.ts'
import { contentOf } from '../texts/content.ts'
import type { Texts } from '../texts/texts.ts'
import { textsFor } from '../texts/user-texts.ts'

type NoticeDeps = Pick<AuthDeps, 'store' | 'clock' | 'log' | 'config' | 'messages'>

/** Whoever sends holds this, so that no two processes send the same one at the same time. */
const noticesLock = 'recovery-notices'
const atOnce = 50
const minuteMs = 60_000
const hourMs = 3_600_000
/** Until the next try, by how many there were. */
const retryMs = [minuteMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 6 * hourMs]

interface Due {
  readonly notice: RecoveryNoticeRow
  readonly recovery: RecoveryRow
  readonly loginName: string
  readonly texts: Texts
  /** Null where there is nothing left to stop. */
  readonly cancelToken: string | null
}

/**
 * Sends every notice that is due: from the job, and at once after something happened. What was not accepted is
 * tried again; a process that dies between sending and recording sends twice, never not at all.
 *
 * No limit of messages holds them back: their number is bounded by the recoveries that an account may begin,
 * and whoever used up a phone's messages could otherwise silence the warning.
 */
export async function sendDueNotices(deps: NoticeDeps): Promise<void> {
  for (const due of await takeDue(deps)) {
    try {
      await deps.messages.send(messageOf(deps, due))
    } catch (error) {
      if (!isAppError(error, 'SEND_FAILED')) throw error
      deps.log.warn({ err: error, recoveryId: due.recovery.id }, 'A notice about a recovery was not sent.')
      continue
    }
    await recordSent(deps, due)
  }
}

/** Beside the request that caused them; what fails stays due. */
export function announceRecovery(deps: NoticeDeps): void {
  sendDueNotices(deps).catch((error: unknown) => {
    deps.log.error({ err: error }, 'Notices about a recovery could not be sent.')
  })
}

/** Claims them: their next try is set before the first, in the same transaction that reads them. */
async function takeDue(deps: NoticeDeps): Promise<Due[]> {
  return await deps.store.transact([noticesLock], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const notices = await tx
      .selectFrom('recoveryNotices')
      .selectAll()
      .where('sentAt', 'is', null)
      .where('dueAt', '<=', nowMs)
      .where('attempts', '<=', retryMs.length)
      .orderBy('dueAt')
      .limit(atOnce)
      .execute()
    const due: Due[] = []
    for (const notice of notices) {
      const wait = retryMs[notice.attempts] ?? 0
      await tx
        .updateTable('recoveryNotices')
        .set({ attempts: notice.attempts + 1, dueAt: nowMs + wait })
        .where('id', '=', notice.id)
        .execute()
      const recovery = await tx
        .selectFrom('recoveries')
        .selectAll()
        .where('id', '=', notice.recoveryId)
        .executeTakeFirstOrThrow()
      const user = await tx
        .selectFrom('users')
        .select(['loginName', 'language'])
        .where('id', '=', recovery.userId)
        .executeTakeFirst()
      if (user === undefined) continue
      const cancelToken = recovery.status === 'waiting' ? newToken() : null
      if (cancelToken !== null) {
        const row = { tokenHash: tokenHash(cancelToken), recoveryId: recovery.id }
        await tx.insertInto('recoveryCancelTokens').values(row).execute()
      }
      due.push({ notice, recovery, loginName: user.loginName, texts: await textsFor(tx, user), cancelToken })
    }
    return due
  })
}

/**
 * The waiting time counts from the first notice that a provider took to somewhere else than the recovery
 * phone: while nobody could be told, nobody had the hours that policy promises.
 */
async function recordSent({ clock, store }: NoticeDeps, { notice, recovery }: Due): Promise<void> {
  await store.transact([`user:${recovery.userId}`], async (tx) => {
    const nowMs = clock.nowMs()
    await tx.updateTable('recoveryNotices').set({ sentAt: nowMs }).where('id', '=', notice.id).execute()
    if (notice.recipient === recovery.phoneNumber || recovery.status !== 'waiting') return
    const row = await tx
      .selectFrom('recoveries')
      .selectAll()
      .where('id', '=', recovery.id)
      .where('status', '=', 'waiting')
      .where('toldAt', 'is', null)
      .executeTakeFirst()
    if (row === undefined) return
    const lateMs = Math.max(0, nowMs - row.startedAt)
    await tx
      .updateTable('recoveries')
      .set({ toldAt: nowMs, readyAt: row.readyAt + lateMs, endsAt: row.endsAt + lateMs })
      .where('id', '=', row.id)
      .execute()
    if (lateMs < minuteMs) return
    await tx
      .updateTable('recoveryNotices')
      .set(({ eb }) => ({ dueAt: eb('dueAt', '+', lateMs) }))
      .where('recoveryId', '=', row.id)
      .where('sentAt', 'is', null)
      .where('what', '!=', 'started')
      .execute()
  })
}

function messageOf(
  { config: { name, publicAddress } }: NoticeDeps,
  { cancelToken, loginName, notice, recovery, texts }: Due,
): Message {
  const { channel, recipient, what } = notice
  const names = { login: loginName, server: name }
  const content = recoveryContent(texts, channel, { what, recovery, cancelToken, publicAddress }, names)
  const subject = channel === 'email' ? { subject: texts.text('recovery.subject', { server: name }) } : {}
  return { channel, to: recipient, ...content, ...subject }
}

/** What a notice about a recovery says, without its subject. */
export function recoveryContent(
  texts: Texts,
  channel: Channel,
  about: Pick<RecoveryNoticeRow, 'what'> & {
    readonly recovery: Pick<RecoveryRow, 'address' | 'readyAt' | 'endsAt'>
    readonly cancelToken: string | null
    readonly publicAddress: string | null
  },
  names: { readonly login: string; readonly server: string },
) {
  const { cancelToken, publicAddress, recovery, what } = about
  return contentOf(texts, channel, (each, shown) => {
    const happened = each.text(`recovery.${what}`, {
      name: shown(names.login),
      address: recovery.address,
      readyAt: each.at(recovery.readyAt),
      endsAt: each.at(recovery.endsAt),
    })
    const stop = cancelToken === null ? [] : [stopText(each, publicAddress, cancelToken)]
    return each.text('recovery.text', {
      sentence: [happened, ...stop].join(' '),
      server: shown(names.server),
    })
  })
}

function stopText({ language, text }: Texts, publicAddress: string | null, cancelToken: string): string {
  return publicAddress === null
    ? text('recovery.stop-by-command', { command: `holdfast recover-account cancel ${cancelToken}` })
    : text('recovery.stop-on-page', {
        address: `${publicAddress}/recovery/cancel/${cancelToken}?lang=${language}`,
      })
}
