import type { Kysely } from 'kysely'
import type { Channel } from '../../shared/model/sender.ts'
import type { Language } from '../../shared/model/language.ts'
import type { Tables } from '../store/tables.ts'

export type { Channel }

export interface Message {
  readonly channel: Channel
  /** E.164 with the plus sign; an address for `email`. */
  readonly to: string
  /** `email` only. */
  readonly subject?: string
  readonly text: string
  /** Of the text: a voice speaks it, and a provider that makes codes writes it. */
  readonly language: Language
  /** Of a call that is not English: the same in English, for a provider without a voice for the language. */
  readonly inEnglish?: string
}

/** A message that carries a passcode. A provider that makes codes itself ignores the text and uses its own. */
export interface PasscodeMessage extends Message {
  /** The digits in `text`, for a channel that must spell them. */
  readonly passcode: string
}

/** A proof that a provider (Twilio Verify) makes and checks itself. */
export interface Verification {
  /** Which configured sender holds it. */
  readonly senderId: string
  /** The provider's own name of it. */
  readonly reference: string
  readonly codeLength: number
}

/**
 * What reaches people outside the session: passcodes and notices. Which providers stand behind it, in which
 * order they are tried, is settings; whoever sends does not know.
 */
export interface Messages {
  /**
   * The channels that somebody is configured for now. An unconfigured channel's methods are not offered.
   *
   * @param db the caller's own transaction, so that decision and settings agree
   */
  channels(db: Kysely<Tables>): Promise<ReadonlySet<Channel>>
  /**
   * Resolves when a provider has accepted the message. Never logs `text`.
   *
   * @throws AppError SEND_FAILED with details `reason` (`SendFailureReason`) when no provider took it
   */
  send(message: Message): Promise<void>
  /**
   * Sends a passcode, by the first provider that takes it.
   *
   * @param replaced verifications for the same number that prove something else: their provider ends them first,
   *   for it would send their code again
   * @returns what proves it when the provider made a code of its own; null when `passcode` was sent
   * @throws AppError SEND_FAILED, as `send`
   */
  sendPasscode(message: PasscodeMessage, replaced?: readonly Verification[]): Promise<Verification | null>
  /**
   * Ends a verification at its provider. One that is over already is no failure.
   *
   * @throws AppError SEND_FAILED when the provider cannot be asked
   */
  cancelVerification(verification: Verification): Promise<void>
  /**
   * Asks the provider about a typed code. Fails closed.
   *
   * @throws AppError SEND_FAILED when the provider cannot be asked
   */
  checkPasscode(verification: Verification, typedDigits: string): Promise<'right' | 'wrong' | 'expired'>
}
