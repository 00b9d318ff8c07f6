import { isAppError, type AppError } from '../../shared/errors.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { Clock } from '../../shared/clock.ts'

interface Poll {
  readonly pollSeconds: number
  /** Ends the asking of a server that never ends what is waited for. */
  readonly longestMs: number
  readonly stop: AbortSignal
  /** The step when there is one; null = still waiting. */
  readonly ask: () => Promise<Step | null>
  /** What is thrown at the end of the waiting. */
  readonly ended: (reason: 'cancelled' | 'expired') => AppError
}

/**
 * Asks for the next step of a transaction that goes on elsewhere, in a browser or on a phone, until it is there.
 *
 * @throws AppError as `ended` says; whatever `ask` throws, but for a network or server that comes back
 */
export async function pollForStep(
  clock: Clock,
  { pollSeconds, longestMs, stop, ask, ended }: Poll,
): Promise<Step> {
  const lastMs = clock.nowMs() + longestMs
  while (clock.nowMs() < lastMs) {
    await clock.sleep(pollSeconds * 1000, stop)
    if (stop.aborted) throw ended('cancelled')
    try {
      const step = await ask()
      if (step !== null) return step
    } catch (error) {
      if (!isPassing(error)) throw error
    }
  }
  throw ended('expired')
}

/** A network that comes back is no answer. */
function isPassing(error: unknown): boolean {
  return (['RATE_LIMITED', 'SERVER_BUSY', 'SERVER_UNREACHABLE'] as const).some((code) =>
    isAppError(error, code),
  )
}
