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

/** Whether a user may store so many bytes more. */
export async function hasRoomFor(db: Kysely<Tables>, userId: UserId, sizeBytes: number): Promise<boolean> {
  const { quotaBytes } = (await policyOfUser(db, userId)).protection
  return quotaBytes === null || (await storedBytesOf(db, userId)) + sizeBytes <= quotaBytes
}
