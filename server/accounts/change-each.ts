import { AppError, problemFrom, type Problem } from '../../shared/errors.ts'
import type { UserId } from '../../shared/model/ids.ts'

/** The same change to many accounts, each for itself: one that cannot be changed holds up no other. */
export async function changeEach(
  userIds: readonly UserId[],
  work: (userId: UserId) => Promise<void>,
): Promise<{ readonly userId: UserId; readonly problem: Problem | null }[]> {
  const results: { userId: UserId; problem: Problem | null }[] = []
  for (const userId of new Set(userIds)) {
    try {
      await work(userId)
      results.push({ userId, problem: null })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      results.push({ userId, problem: problemFrom(error) })
    }
  }
  return results
}
