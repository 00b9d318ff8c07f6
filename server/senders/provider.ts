import { AppError } from '../../shared/errors.ts'
import type { SendFailureReason } from '../../shared/model/sender.ts'
import type { Message, PasscodeMessage } from './messages.ts'

/** Millionths of the currency's unit, ISO 4217. */
export interface Price {
  readonly micros: number
  readonly currency: string
}

/** What a provider said when it took a message. */
export interface Accepted {
  /** Null where its answer does not tell. */
  readonly price: Price | null
}

/**
 * One way to send: an adapter over a provider's API. It gets channels that its provider is able to serve
 * (`providerChannels`) and no others.
 */
export interface Provider {
  /**
   * Resolves when the provider has accepted the message, which is not yet its delivery. Never logs `text`:
   * it carries a passcode.
   *
   * @throws AppError SEND_FAILED with details `reason`: `number-refused` (nobody else's turn: the number
   *   cannot get messages), `provider-refused` (credentials, account, configuration), `provider-busy`,
   *   `provider-unreachable`
   */
  send(message: Message | PasscodeMessage): Promise<Accepted>
  /** Of a provider that makes and checks codes itself, and sends nothing else. */
  readonly verifier?: Verifier
}

export interface Verifier {
  /** @throws AppError SEND_FAILED, as `send` */
  start(message: PasscodeMessage): Promise<{ readonly reference: string; readonly codeLength: number }>
  /**
   * Ends one whose code shall open nothing any more. One that is over already is no failure.
   *
   * @throws AppError SEND_FAILED when the provider cannot be asked
   */
  cancel(reference: string): Promise<void>
  /** @throws AppError SEND_FAILED when the provider cannot be asked */
  check(reference: string, typedDigits: string): Promise<'right' | 'wrong' | 'expired'>
}

/** @param details facts such as the status; never the text, never a credential */
export function sendFailed(
  reason: SendFailureReason,
  details: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): AppError {
  return new AppError('SEND_FAILED', 'The message provider did not take the message.', {
    cause,
    details: { reason, ...details },
  })
}

/** The passcode in a message, null in a notice. */
export function passcodeIn(message: Message | PasscodeMessage): string | null {
  return 'passcode' in message ? message.passcode : null
}
