import type { Kysely } from 'kysely'
import { AppError, isAppError } from '../../shared/errors.ts'
import {
  configuredSenderId,
  sendFailureReasons,
  type Channel,
  type ProviderSettings,
  type SendFailureReason,
} from '../../shared/model/sender.ts'
import { recordAlert } from '../alerts/alerts.ts'
import type { ServerDeps } from '../deps.ts'
import type { Tables } from '../store/tables.ts'
import { cleanMessage } from './clean-message.ts'
import { configuredSender } from './configured.ts'
import { countMessage } from './counts.ts'
import type { Message, Messages, PasscodeMessage, Verification } from './messages.ts'
import { sendFailed, type Price, type Provider, type Verifier } from './provider.ts'
import { providerOf } from './provider-of.ts'
import { channelsOf, openSettings, storedSettings } from './sender-rows.ts'
import { senderRows } from './senders.ts'

export interface SendingDeps extends Pick<ServerDeps, 'store' | 'clock' | 'serverKey' | 'log' | 'config'> {
  /** What the configuration file names, with its secret (`readConfiguredSettings`). */
  readonly configured: ProviderSettings | null
  /** Where the outbox writes. */
  readonly outbox: Provider
}

/** Messages as the settings say, and what a live test of one sender needs beside them. */
export interface ConfiguredMessages extends Messages {
  /** Whether messages leave this server at all. */
  readonly isReal: boolean
  /**
   * Sends by one sender only, without fail-over, also by one that is not enabled yet.
   *
   * @throws AppError NOT_FOUND, INPUT_INVALID when it does not serve the channel, SEND_FAILED
   */
  sendPasscodeBy(senderId: string, message: PasscodeMessage): Promise<Verification | null>
}

/** A sender that is ready to be tried. */
interface Candidate {
  readonly id: string
  readonly provider: ProviderSettings['provider']
  readonly channels: readonly Channel[]
  /** @throws Error when its secrets do not open */
  readonly open: () => Provider
}

/**
 * Sends by the senders in their order: when one is unreachable, busy or refuses us, the next one has its turn;
 * when one refuses the number, nobody else is asked. On a test or staging server everything goes to the outbox.
 */
export function openMessages(deps: SendingDeps): ConfiguredMessages {
  const isReal = !['test', 'staging'].includes(deps.config.environment)

  async function tried<T>(
    candidates: readonly Candidate[],
    message: Message,
    work: (provider: Provider, id: string) => Promise<{ readonly result: T; readonly price: Price | null }>,
  ): Promise<T> {
    let failure = new AppError('SEND_FAILED', 'No message provider is configured.', {
      details: { reason: 'provider-refused' },
    })
    for (const candidate of candidates) {
      try {
        const { price, result } = await work(opened(deps, candidate), candidate.id)
        await counted(deps, candidate, message, 'sent', price)
        return result
      } catch (error) {
        if (!isAppError(error, 'SEND_FAILED')) throw error
        failure = error
        const reason = reasonOf(error)
        await counted(deps, candidate, message, reason, null)
        if (reason === 'number-refused') break
        const fields = { err: error, senderId: candidate.id, provider: candidate.provider, reason }
        deps.log.warn(fields, 'A sender did not take a message.')
      }
    }
    throw failure
  }

  async function sendPasscode(
    candidates: readonly Candidate[],
    given: PasscodeMessage,
    replaced: readonly Verification[] = [],
  ) {
    const message = cleanMessage(given)
    return await tried(candidates, message, async (provider, senderId) => {
      if (provider.verifier === undefined) {
        return { result: null, price: (await provider.send(message)).price }
      }
      for (const each of replaced) {
        if (each.senderId === senderId) await provider.verifier.cancel(each.reference)
      }
      const started = await provider.verifier.start(message)
      return { result: { senderId, ...started }, price: null }
    })
  }

  /** Undefined when its sender is gone, also where this server became a test server since. */
  async function verifierOf({ senderId }: Verification): Promise<Verifier | undefined> {
    if (!isReal) return undefined
    const all = await candidatesIn(deps, deps.store.db, isReal, 'also those that are off')
    const candidate = all.find(({ id }) => id === senderId)
    return candidate === undefined ? undefined : opened(deps, candidate).verifier
  }

  return {
    isReal,
    channels: async (db) =>
      new Set((await candidatesIn(deps, db, isReal)).flatMap(({ channels }) => channels)),
    async send(given) {
      const message = cleanMessage(given)
      const able = (await candidatesFor(deps, message, isReal)).filter(
        ({ provider }) => provider !== 'twilio-verify',
      )
      await tried(able, message, async (provider) => ({
        result: undefined,
        price: (await provider.send(message)).price,
      }))
    },
    sendPasscode: async (message, replaced) =>
      await sendPasscode(await candidatesFor(deps, message, isReal), message, replaced),
    async sendPasscodeBy(senderId, message) {
      const all = await candidatesIn(deps, deps.store.db, isReal, 'also those that are off')
      const candidate = all.find(({ id }) => id === senderId)
      if (candidate === undefined) throw new AppError('NOT_FOUND', 'There is no such sender.')
      if (!candidate.channels.includes(message.channel)) {
        throw new AppError('INPUT_INVALID', 'The sender is not used for this channel.', {
          details: { paths: ['channel'] },
        })
      }
      return await sendPasscode([candidate], message)
    },
    cancelVerification: async (verification) =>
      await (await verifierOf(verification))?.cancel(verification.reference),
    checkPasscode: async (verification, typedDigits) =>
      (await (await verifierOf(verification))?.check(verification.reference, typedDigits)) ?? 'expired',
  }
}

async function candidatesFor(deps: SendingDeps, { channel }: Message, isReal: boolean): Promise<Candidate[]> {
  return (await candidatesIn(deps, deps.store.db, isReal)).filter(({ channels }) =>
    channels.includes(channel),
  )
}

async function candidatesIn(
  deps: SendingDeps,
  db: Kysely<Tables>,
  isReal: boolean,
  which: 'those that are on' | 'also those that are off' = 'those that are on',
): Promise<Candidate[]> {
  const all: Candidate[] = (await senderRows(db))
    .filter(({ isEnabled }) => isEnabled === 1 || which === 'also those that are off')
    // Of a database that comes from a trial: whoever reads the folder could sign in.
    .filter((row) => storedSettings(row).provider !== 'outbox' || deps.config.environment !== 'production')
    .map((row) => ({
      id: row.id,
      provider: storedSettings(row).provider,
      channels: channelsOf(row),
      open: () => providerOf(openSettings(row, deps.serverKey), deps.clock, deps.outbox),
    }))
  const { configured } = deps
  const last = configuredSender(deps.config)
  if (configured !== null && last !== null) {
    const open = (): Provider => providerOf(configured, deps.clock, deps.outbox)
    all.push({ id: configuredSenderId, provider: configured.provider, channels: last.channels, open })
  }
  return isReal ? all : all.map((each) => ({ ...each, provider: 'outbox', open: () => deps.outbox }))
}

/** Fails closed: a row that was changed beside the server sends nothing. */
function opened({ log }: SendingDeps, candidate: Candidate): Provider {
  try {
    return candidate.open()
  } catch (error) {
    log.error({ err: error, senderId: candidate.id }, 'The settings of a sender cannot be opened.')
    throw sendFailed('provider-refused', { providerCode: 'settings' })
  }
}

/** Never stands in the way: a message that was sent is sent. */
async function counted(
  deps: SendingDeps,
  { id, provider }: Candidate,
  { channel, to }: Message,
  outcome: 'sent' | SendFailureReason,
  price: Price | null,
): Promise<void> {
  const nowMs = deps.clock.nowMs()
  try {
    await countMessage(deps.store.db, { senderId: id, provider, channel, to, outcome, price }, nowMs)
    if (outcome !== 'provider-refused') return
    const raised = {
      kind: 'sender-refused' as const,
      about: id,
      details: { senderId: id, provider, channel },
    }
    await recordAlert(deps.store.db, raised, nowMs)
  } catch (error) {
    deps.log.error({ err: error, senderId: id }, 'A message could not be counted.')
  }
}

function reasonOf(error: AppError): SendFailureReason {
  const reason = error.details?.['reason']
  return sendFailureReasons.find((each) => each === reason) ?? 'provider-refused'
}
