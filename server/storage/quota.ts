import type { Kysely } from 'kysely'
import type { UserId } from '../../shared/model/ids.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { Tables } from '../store/tables.ts'

/** Bytes of all repositories of a user. The trash counts, or deleting and uploading again would be free. */
export async function storedBytesOf(db: Kysely<Tables>, userId: UserId): Promise<number> {
  const { total } = await db
    .selectFrom('repositories')
    .select((column) => column.fn.sum<number | string | null>('storedBytes').as('total'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(total ?? 0)
}

/** Whether a user may store so many bytes more: by the group's limit, and by that of the account. */
export async function hasRoomFor(db: Kysely<Tables>, userId: UserId, sizeBytes: number): Promise<boolean> {
  const { protection } = await policyOfUser(db, userId)
  const { quotaBytes } = await db
    .selectFrom('users')
    .select('quotaBytes')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const limits = [protection.quotaBytes, quotaBytes].filter((limit) => limit !== null)
  if (limits.length === 0) return true
  return (await storedBytesOf(db, userId)) + sizeBytes <= Math.min(...limits)
}
