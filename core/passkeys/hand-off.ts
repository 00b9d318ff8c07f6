import { createHash, randomBytes } from 'node:crypto'
import type { ClientInput, ClientOutput } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { CallOf } from '../../shared/routes.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { Credentials } from '../server-client/server-client.ts'
import { pollForStep } from '../session/poll-for-step.ts'
import { listenForReturn, type LoopbackReturn } from './loopback-return.ts'

/** The server ends a hand-off before; this only ends the waiting for a browser that never comes back. */
const longestWaitMs = 10 * 60_000

interface UnderWay {
  readonly verifier: string
  readonly pollSeconds: number
  /** Undefined where a code is typed on another device. */
  readonly listener: LoopbackReturn | undefined
  readonly stop: AbortController
}

/** Has the open request for a passkey answered in a browser, which this program is not. One at a time. */
export interface HandOffs {
  start(
    credentials: Credentials,
    input: ClientInput<'transaction.startHandOff'>,
  ): Promise<ClientOutput<'transaction.startHandOff'>>
  /**
   * The step after the passkey was used.
   * @throws AppError HAND_OFF_ENDED with details `reason`: declined, expired, cancelled, replaced or none
   */
  wait(credentials: Credentials, trustDevice: boolean): Promise<Step>
  /** Forgets the one under way on this computer; the waiting for it ends. */
  drop(): void
}

export function createHandOffs({ server, clock }: Pick<CoreDeps, 'server' | 'clock'>): HandOffs {
  let underWay: UnderWay | undefined

  const drop = (): void => {
    underWay?.stop.abort()
    underWay?.listener?.close()
    underWay = undefined
  }

  return {
    drop,
    start: async (credentials, { way, language }) => {
      drop()
      const [verifier, state] = [secret(), secret()]
      const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
      const listener = way === 'this-computer' ? await listenForReturn(state) : undefined
      const start: CallOf<'startHandOff'> =
        listener === undefined
          ? { way: 'other-device', codeChallenge }
          : { way: 'this-computer', codeChallenge, state, port: listener.port }
      try {
        const { handOff } = await server().call('startHandOff', start, credentials)
        const { expiresAt, pollSeconds, userCode } = handOff
        const address = inLanguage(handOff.address, language)
        listener?.showAfterwards(address.split('#')[0] ?? '')
        underWay = { verifier, pollSeconds, listener, stop: new AbortController() }
        return { address, userCode, expiresAt }
      } catch (error) {
        listener?.close()
        throw error
      }
    },
    wait: async (credentials, trustDevice) => {
      const mine = underWay
      if (mine === undefined) throw ended('none')
      try {
        return await (mine.listener === undefined
          ? poll(mine, credentials, trustDevice)
          : takeReturned(mine, mine.listener, credentials, trustDevice))
      } finally {
        if (underWay === mine) drop()
      }
    },
  }

  async function takeReturned(
    { stop, verifier }: UnderWay,
    listener: LoopbackReturn,
    credentials: Credentials,
    trustDevice: boolean,
  ): Promise<Step> {
    const returned = await Promise.race([listener.returned, clock.sleep(longestWaitMs, stop.signal)])
    if (returned === undefined) throw ended(stop.signal.aborted ? 'cancelled' : 'expired')
    if (returned.kind === 'declined') throw ended('declined')
    const input = { code: returned.code, codeVerifier: verifier, trustDevice }
    const { step } = await server().call('finishHandOff', input, credentials)
    if (step === null) throw new AppError('SERVER_ANSWER_UNKNOWN', 'The server has not seen the passkey.')
    return step
  }

  function poll(
    { pollSeconds, stop, verifier }: UnderWay,
    credentials: Credentials,
    trustDevice: boolean,
  ): Promise<Step> {
    return pollForStep(clock, {
      pollSeconds,
      longestMs: longestWaitMs,
      stop: stop.signal,
      ask: async () => {
        const input = { codeVerifier: verifier, trustDevice }
        return (await server().call('finishHandOff', input, credentials)).step
      },
      ended,
    })
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}

/** The page speaks the person's language also where the browser does not. */
function inLanguage(address: string, language: string | undefined): string {
  const url = new URL(address)
  if (language !== undefined) url.searchParams.set('lang', language)
  return url.href
}

function ended(reason: string): AppError {
  return new AppError('HAND_OFF_ENDED', 'The passkey was not used.', { details: { reason } })
}
