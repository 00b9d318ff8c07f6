import { sql, type Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import type { AuditFilter, AuditView } from '../../shared/model/audit.ts'
import type { Tables } from '../store/tables.ts'
import { auditEntrySchema } from './audit.ts'

/**
 * Entries that fit, newest first. The log is searched as text: it is written once, read seldom, and has no
 * columns beside the chain that could say something else than the entry does.
 */
export async function searchAudit(
  db: Kysely<Tables>,
  filter: AuditFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<{ readonly entries: AuditView[]; readonly next: number | null }> {
  let query = db.selectFrom('audit').select(['sequence', 'entry']).orderBy('sequence', 'desc')
  if (page.before !== undefined) query = query.where('sequence', '<', page.before)
  if (filter.since !== undefined) query = query.where('at', '>=', Date.parse(filter.since))
  if (filter.until !== undefined) query = query.where('at', '<', Date.parse(filter.until))
  for (const name of ['actor', 'action', 'outcome', 'target'] as const) {
    const value = filter[name]
    if (value === undefined) continue
    const isSubject = name === 'action' && value.endsWith('.')
    // In canonical JSON a quote inside a value is escaped, so that this is found as a field and nowhere else.
    const field = JSON.stringify({ [name]: value }).slice(1, isSubject ? -2 : -1)
    const pattern = `%${field.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(sql<boolean>`entry like ${pattern} escape '\\'`)
  }
  const rows = await query.limit(page.limit + 1).execute()
  const entries = rows.slice(0, page.limit).map(({ sequence, entry }) => {
    const parsed = auditEntrySchema.parse(JSON.parse(entry))
    return { ...parsed, sequence, at: isoOf(parsed.at) }
  })
  const last = rows.length > page.limit ? entries.at(-1) : undefined
  return { entries, next: last?.sequence ?? null }
}

/** The chain itself, oldest first. */
export async function readChain(
  db: Kysely<Tables>,
  page: { readonly after: number; readonly limit: number },
) {
  const rows = await db
    .selectFrom('audit')
    .select(['sequence', 'entry', 'previousHash', 'hash'])
    .where('sequence', '>', page.after)
    .orderBy('sequence')
    .limit(page.limit)
    .execute()
  return { entries: rows, next: rows.length < page.limit ? null : (rows.at(-1)?.sequence ?? null) }
}
