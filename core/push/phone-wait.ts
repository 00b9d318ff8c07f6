import { AppError } from '../../shared/errors.ts'
import type { PhoneApproval } from '../../shared/model/push.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { CoreDeps } from '../core-deps.ts'
import { pollForStep } from '../session/poll-for-step.ts'
import type { Credentials } from '../server-client/server-client.ts'

/** The server ends a request before; this only ends the asking of a server that never does. */
const longestWaitMs = 15 * 60_000

/** Waits until a phone has approved. One wait at a time: a new one takes the place of the one before. */
export interface PhoneWaits {
  /**
   * The step after the phone has approved.
   * @throws AppError PHONE_REQUEST_ENDED with details `reason`: wrong-number, expired, replaced, cancelled
   */
  wait(
    credentials: Credentials,
    approval: Pick<PhoneApproval, 'pollSeconds'>,
    trustDevice: boolean,
  ): Promise<Step>
  /** The wait under way ends; the request on the phone stays. */
  drop(): void
}

export function createPhoneWaits({ server, clock }: Pick<CoreDeps, 'server' | 'clock'>): PhoneWaits {
  let underWay: AbortController | undefined

  const drop = (): void => {
    underWay?.abort()
    underWay = undefined
  }

  return {
    drop,
    wait: async (credentials, { pollSeconds }, trustDevice) => {
      drop()
      const stop = new AbortController()
      underWay = stop
      return pollForStep(clock, {
        pollSeconds,
        longestMs: longestWaitMs,
        stop: stop.signal,
        ask: async () => (await server().call('awaitPhone', { trustDevice }, credentials)).step,
        ended,
      })
    },
  }
}

function ended(reason: string): AppError {
  return new AppError('PHONE_REQUEST_ENDED', 'The phone did not approve.', { details: { reason } })
}
