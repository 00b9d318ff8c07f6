import type { ServerDeps } from '../deps.ts'
import type { AuditEntry } from './audit.ts'
import { auditOnceAMinuteAlone } from './audit-once-a-minute.ts'

/**
 * Records what a transaction refused, once a minute for each who and what: the refusal rolls that transaction
 * back, so its record needs one of its own. Not awaited by the caller, because on SQLite it can only begin
 * when the other has ended.
 */
export function auditLater(deps: Pick<ServerDeps, 'store' | 'log'>, entry: AuditEntry): void {
  auditOnceAMinuteAlone(deps, `${entry.action}:${entry.actor}`, entry).catch((error: unknown) => {
    deps.log.error({ err: error, action: entry.action }, 'An audit entry could not be written.')
  })
}
