/** Sends text messages. Adapters: outbox (trial), Twilio. */
export interface SmsSender {
  /**
   * Resolves when the provider has accepted the message, which is not yet its delivery. Never logs `text`:
   * it carries a passcode.
   *
   * @param to E.164 with the plus sign
   * @throws AppError SEND_FAILED with details `reason`: `number-refused` (nobody else's turn: the number
   *   cannot get messages), `provider-refused` (credentials, account, configuration), `provider-busy`,
   *   `provider-unreachable`
   */
  send(message: SmsMessage): Promise<void>
}

export interface SmsMessage {
  readonly to: string
  readonly text: string
}

export type SendFailureReason =
  'number-refused' | 'provider-refused' | 'provider-busy' | 'provider-unreachable'
