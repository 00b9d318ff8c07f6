import type { ServerDeps } from '../deps.ts'
import { eventPrefix } from './refusals.ts'

const dayMs = 24 * 60 * 60_000
/** So long a lease's row tells who deleted what, and whose lock it was. */
const leaseRowDays = 400

/** Forgets rows that decide nothing any more. What limits wrong codes is not among them: it must last. */
export async function housekeep({ store, clock }: ServerDeps): Promise<void> {
  const now = clock.nowMs()
  const { db } = store
  await db.deleteFrom('usedNonces').where('expiresAt', '<', now).execute()
  await db
    .deleteFrom('throttles')
    .where('key', 'like', `${eventPrefix}%`)
    .where('windowStartedAt', '<', now - dayMs)
    .execute()
  await db
    .deleteFrom('transactions')
    .where('expiresAt', '<', now - dayMs)
    .execute()
  await db
    .deleteFrom('grants')
    .where('expiresAt', '<', now - dayMs)
    .execute()
  await db
    .deleteFrom('readBudgets')
    .where('day', '<', Math.floor(now / dayMs) - 1)
    .execute()
  await db
    .deleteFrom('leases')
    .where('expiresAt', '<', now - leaseRowDays * dayMs)
    .where((expression) =>
      expression.not(
        expression.exists(
          expression
            .selectFrom('objects')
            .select('objects.name')
            .whereRef('objects.repositoryId', '=', 'leases.repositoryId')
            .whereRef('objects.trashedByLeaseId', '=', 'leases.id'),
        ),
      ),
    )
    .execute()
}
