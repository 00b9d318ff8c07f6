import type { SessionId } from '../../shared/model/ids.ts'
import { auditedBy, nameOfActor, type By } from '../accounts/acting.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import { endAllOpenTransactions } from '../sign-in/transactions.ts'

export interface EndedSessions {
  readonly sessionCount: number
  /** Computers that were trusted and ask for the second factor again. */
  readonly computerCount: number
}

/**
 * Signs everybody out, for a server that somebody got into: every session, every sign-in under way, and the trust
 * of every computer. Scheduled backups go on, because they rest on a computer's key and not on a session (P6);
 * API tokens and waiting recoveries stay too. All administrators are alerted.
 *
 * @param kept the session of who acts, so that they can go on; null = none is kept
 */
export async function endAllSessions(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  by: By,
  kept: SessionId | null,
): Promise<EndedSessions> {
  return await deps.store.transact([sendsLock, 'audit'], async (tx) => {
    if (typeof by !== 'string') await by.permit(tx)
    const nowMs = deps.clock.nowMs()
    let sessions = tx
      .updateTable('sessions')
      .set({ endedAt: nowMs, freshUntil: null })
      .where('endedAt', 'is', null)
    if (kept !== null) sessions = sessions.where('id', '!=', kept)
    const sessionCount = Number((await sessions.executeTakeFirst()).numUpdatedRows)
    const computers = await tx
      .updateTable('devices')
      .set({ trustedUntil: null, trustedSince: null })
      .where('trustedUntil', 'is not', null)
      .executeTakeFirst()
    const computerCount = Number(computers.numUpdatedRows)
    await endAllOpenTransactions(tx, nowMs)
    await recordAlert(
      tx,
      { kind: 'all-sessions-ended', about: String(nowMs), details: { by: await nameOfActor(tx, by) } },
      nowMs,
    )
    const details = { sessionCount, computerCount, kept }
    const action = 'sessions.all-ended'
    await appendAudit(tx, { at: nowMs, ...auditedBy(by), action, outcome: 'ok', details })
    return { sessionCount, computerCount }
  })
}
