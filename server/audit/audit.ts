import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { auditOutcomeSchema } from '../../shared/model/audit.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { canonicalJson } from './canonical-json.ts'

const fieldSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])

/** One thing that happened and who did it. Never a secret, never what somebody typed as one. */
export const auditEntrySchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number().int(),
  /** `user:<id>`, `token:<id>`, `device:<id>`, `command:<who>`, `server`, or `unknown:<mac>` for a name nobody has. */
  actor: z.string(),
  /** Subject and verb, such as `sign-in.password` or `factor.removed`. */
  action: z.string(),
  outcome: auditOutcomeSchema,
  target: z.string().optional(),
  address: z.string().optional(),
  details: z.record(z.string(), fieldSchema).optional(),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

export interface StoredAuditEntry extends AuditEntry {
  readonly sequence: number
}

/** Names the last entry. Kept outside the server, it also proves later that nothing was cut off the end. */
export interface AuditHead {
  readonly sequence: number
  readonly hash: string
}

export type AuditVerdict =
  | { readonly kind: 'intact'; readonly head: AuditHead }
  | { readonly kind: 'broken'; readonly sequence: number; readonly reason: string }

const emptyHead: AuditHead = { sequence: 0, hash: '' }
const pageSize = 1000

/** Appends to the chain. The transaction must hold the lock `audit`. */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const last = await tx
    .selectFrom('audit')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  const head = last ?? emptyHead
  const sequence = head.sequence + 1
  const text = canonicalJson(entry)
  await tx
    .insertInto('audit')
    .values({
      sequence,
      at: entry.at,
      entry: text,
      previousHash: head.hash,
      hash: chainHash(head.hash, sequence, text),
    })
    .execute()
}

/**
 * Walks the whole chain and finds entries that were edited, deleted, inserted or moved. Entries cut off
 * the end leave a chain that is whole; only `known`, a head noted earlier elsewhere, shows that.
 */
export async function verifyAudit(store: Store, known?: AuditHead): Promise<AuditVerdict> {
  let head = emptyHead
  for (;;) {
    const rows = await store.db
      .selectFrom('audit')
      .selectAll()
      .where('sequence', '>', head.sequence)
      .orderBy('sequence')
      .limit(pageSize)
      .execute()
    for (const row of rows) {
      const expected = head.sequence + 1
      if (row.sequence !== expected) return broken(expected, 'An entry is missing.')
      if (row.previousHash !== head.hash)
        return broken(expected, 'The entry does not follow the one before it.')
      if (row.hash !== chainHash(head.hash, row.sequence, row.entry) || !isTimeOf(row.entry, row.at))
        return broken(expected, 'The entry was changed.')
      if (row.sequence === known?.sequence && row.hash !== known.hash)
        return broken(expected, 'The entry is not the one that was noted earlier.')
      head = { sequence: row.sequence, hash: row.hash }
    }
    if (rows.length < pageSize) break
  }
  if (known !== undefined && head.sequence < known.sequence)
    return broken(head.sequence + 1, 'Entries are missing at the end.')
  return { kind: 'intact', head }
}

/** Newest first. */
export async function listAudit(
  db: Kysely<Tables>,
  options: { readonly limit: number; readonly before?: number },
): Promise<StoredAuditEntry[]> {
  let query = db.selectFrom('audit').select(['sequence', 'entry']).orderBy('sequence', 'desc')
  if (options.before !== undefined) query = query.where('sequence', '<', options.before)
  const rows = await query.limit(options.limit).execute()
  return rows.map((row) => ({
    sequence: row.sequence,
    ...auditEntrySchema.parse(JSON.parse(row.entry)),
  }))
}

function chainHash(previousHash: string, sequence: number, entry: string): string {
  return createHash('sha256').update(`${previousHash}\n${sequence}\n${entry}`).digest('hex')
}

function isTimeOf(entry: string, at: number): boolean {
  return auditEntrySchema.safeParse(JSON.parse(entry)).data?.at === at
}

function broken(sequence: number, reason: string): AuditVerdict {
  return { kind: 'broken', sequence, reason }
}
