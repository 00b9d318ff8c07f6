import type { ServerDeps } from '../deps.ts'
import { appendAudit, type AuditEntry } from './audit.ts'

/**
 * Records what a transaction refused: the refusal rolls that transaction back, so its record needs one of
 * its own. Not awaited by the caller, because on SQLite it can only begin when the other has ended.
 */
export function auditLater(deps: Pick<ServerDeps, 'store' | 'log'>, entry: AuditEntry): void {
  deps.store
    .transact(['audit'], (tx) => appendAudit(tx, entry))
    .catch((error: unknown) => {
      deps.log.error({ err: error, action: entry.action }, 'An audit entry could not be written.')
    })
}
