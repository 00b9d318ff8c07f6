import type { Message, Messages } from '../senders/messages.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { takeAll } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'
import type { AlertRow, UserRow } from '../store/tables.ts'
import type { Texts } from '../texts/texts.ts'
import { textsFor } from '../texts/user-texts.ts'
import { alertOf } from './alerts.ts'
import { alertText } from './alert-words.ts'

export interface AlertDeps extends ServerDeps {
  readonly messages: Messages
}

/** Mails of alerts for one administrator in an hour: a flood of alerts must not become a flood of mails. */
const mailsPerHour = 10
const atOnce = 50

/**
 * Records new alerts in the audit log, logs them and tells administrators by mail, where somebody sends mail. Each
 * alert is delivered once, by one of several server processes; a mail that fails is logged and the alert stays in
 * the list. For a job that runs often.
 */
export async function deliverAlerts(deps: AlertDeps): Promise<void> {
  const { messages, rows } = await deps.store.transact(['alerts', 'audit'], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const fresh = await tx
      .selectFrom('alerts')
      .selectAll()
      .where('notifiedAt', 'is', null)
      .orderBy('firstAt')
      .limit(atOnce)
      .execute()
    if (fresh.length === 0) return { rows: fresh, messages: [] }
    const ids = fresh.map(({ id }) => id)
    await tx.updateTable('alerts').set({ notifiedAt: nowMs }).where('id', 'in', ids).execute()
    for (const row of fresh) {
      const details = { kind: row.kind, ...alertOf(row).details }
      await appendAudit(tx, {
        at: nowMs,
        actor: 'server',
        action: 'alert.raised',
        outcome: 'ok',
        target: row.id,
        details,
      })
    }
    const planned: Message[] = []
    if ((await deps.messages.channels(tx)).has('email')) {
      for (const { email, id, language, role } of await readersOf(tx)) {
        const rows = role === 'admin' ? fresh : fresh.filter((row) => alertOf(row).details['alsoTo'] === id)
        const quota = { key: `alert-mails:${id}`, limit: mailsPerHour, windowMs: 3_600_000 }
        if (email !== null && rows.length > 0 && (await takeAll(tx, [quota], nowMs)) === null)
          planned.push(mailOf(await textsFor(tx, { language }), email, rows, deps.config.name))
      }
    }
    return { rows: fresh, messages: planned }
  })
  for (const { details, id, kind } of rows)
    deps.log.warn({ alertId: id, kind, details }, 'An alert was raised.')
  for (const message of messages) {
    try {
      await deps.messages.send(message)
    } catch (error) {
      deps.log.error({ err: error }, 'An administrator could not be told of an alert by mail.')
    }
  }
}

/** Administrators hear of everything, a sub-administrator of what names them (`alsoTo`). */
async function readersOf(tx: Tx): Promise<Pick<UserRow, 'id' | 'email' | 'language' | 'role'>[]> {
  return await tx
    .selectFrom('users')
    .select(['id', 'email', 'language', 'role'])
    .where('kind', '=', 'system')
    .where('role', 'in', ['admin', 'sub-admin'])
    .where('status', '=', 'enabled')
    .where('email', 'is not', null)
    .execute()
}

function mailOf(texts: Texts, to: string, rows: readonly AlertRow[], server: string): Message {
  const { language, text } = texts
  const alerts = rows.map((row) => alertText(texts, alertOf(row)))
  const more = text('alerts.more', { command: 'holdfast-server alert list' })
  const subject = text('alerts.subject', { count: rows.length, server })
  return { channel: 'email', to, subject, text: [...alerts, more, server].join('\n\n'), language }
}
