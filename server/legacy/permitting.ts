import { AppError } from '../../shared/errors.ts'
import type { UserId } from '../../shared/model/ids.ts'
import { legacyDaysMax } from '../../shared/model/administration.ts'
import type { By } from '../accounts/acting.ts'
import { change } from '../accounts/changing-users.ts'
import type { ServerDeps } from '../deps.ts'
import { isLegacyClient } from './standing.ts'

const dayMs = 86_400_000

/**
 * Lets one legacy client skip the second factor until then, only to back up, or takes that back (null), which
 * ends its sessions of that kind. Works only where the group allows it too (`legacyClients`).
 *
 * @throws AppError NOT_FOUND; NOT_ALLOWED; CONFLICT (was never imported as one, has backed up since, or has
 *   proven a second factor); INPUT_INVALID (past, or more than 90 days away)
 */
export async function permitLegacy(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  userId: UserId,
  until: string | null,
  by: By,
): Promise<void> {
  await change(deps, userId, by, 'user.legacy-until', async (tx, user) => {
    const legacyUntil = until === null ? null : Date.parse(until)
    if (legacyUntil !== null) {
      if (!(await isLegacyClient(tx, user))) {
        throw new AppError(
          'CONFLICT',
          'Only a user who was imported with an old client, and has neither backed up since nor proven a second factor, is a legacy client.',
        )
      }
      const nowMs = deps.clock.nowMs()
      if (legacyUntil <= nowMs || legacyUntil > nowMs + legacyDaysMax * dayMs) {
        throw new AppError('INPUT_INVALID', `The end must lie in the next ${legacyDaysMax} days.`, {
          details: { paths: ['until'], reason: 'range' },
        })
      }
    }
    await tx.updateTable('users').set({ legacyUntil }).where('id', '=', userId).execute()
    if (legacyUntil === null) {
      await tx
        .updateTable('sessions')
        .set({ endedAt: deps.clock.nowMs() })
        .where('userId', '=', userId)
        .where('scope', '=', 'legacy')
        .where('endedAt', 'is', null)
        .execute()
    }
    return { before: user.legacyUntil, after: legacyUntil }
  })
}
