import type { UserId } from '../../shared/model/ids.ts'
import type { Language } from '../../shared/model/language.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Tx } from '../store/store.ts'

/**
 * Keeps the language that a person chose, or that their window speaks. Only after a full proof: warnings in a language
 * that their reader does not know warn nobody. The transaction holds `user:<id>` and `audit`.
 */
export async function keepLanguage(
  tx: Tx,
  userId: UserId,
  language: Language,
  { address, nowMs }: { readonly nowMs: number; readonly address: string },
): Promise<void> {
  const before = await tx
    .selectFrom('users')
    .select('language')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  if (before.language === language) return
  await tx.updateTable('users').set({ language }).where('id', '=', userId).execute()
  await appendAudit(tx, {
    at: nowMs,
    actor: `user:${userId}`,
    action: 'user.language-changed',
    outcome: 'ok',
    target: userId,
    address,
    details: { before: before.language, after: language },
  })
}
