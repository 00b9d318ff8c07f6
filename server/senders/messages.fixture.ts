import { AppError } from '../../shared/errors.ts'
import type { Channel, Message, Messages, Verification } from './messages.ts'
import type { SendFailureReason } from '../../shared/model/sender.ts'

/** What a test may change about the fake while it runs. */
export interface SendingControl {
  /** Channels that somebody is configured for; taking one out makes its methods disappear. */
  readonly channels: Set<Channel>
  /** Channels whose provider makes and checks its own codes, as Twilio Verify does. */
  readonly verifying: Set<Channel>
  /** Digits of such a provider's codes. */
  verificationDigits: number
  /** The next message fails with this, once. */
  failNext: AppError | null
  /** Channels on which every message fails until they are taken out. */
  readonly failing: Set<Channel>
  /** The next question about a typed code fails with this, once: the provider is down. */
  failNextCheck: AppError | null
}

export interface FakeMessages {
  readonly messages: Messages
  /** Everything that went out, oldest first. A verifying provider's own text stands in place of ours. */
  readonly sent: Omit<Message, 'language'>[]
  readonly control: SendingControl
  /** References that a verifying provider was asked about, in order. */
  readonly checked: string[]
  /** The digits of the last passcode that went to an address on a channel. */
  passcodeTo(to: string, channel?: Channel): string
}

/** Wrong codes after which Twilio Verify wants a new verification (60202, "Max check attempts reached"). */
const checksPerVerification = 5

/**
 * Messages over all three channels, remembered instead of sent. As a verifying provider it keeps to what
 * Twilio Verify documents (https://www.twilio.com/docs/verify/api/verification-check): a verification that
 * was approved, or asked about too often, is not found any more.
 */
export function fakeMessages(): FakeMessages {
  const sent: FakeMessages['sent'] = []
  const checked: string[] = []
  const verifications = new Map<string, { code: string; checks: number }>()
  let made = 0
  const control: SendingControl = {
    channels: new Set<Channel>(['sms', 'voice', 'email']),
    verifying: new Set(),
    verificationDigits: 6,
    failNext: null,
    failing: new Set(),
    failNextCheck: null,
  }

  function fail(channel: Channel): void {
    const failure = control.failNext
    control.failNext = null
    if (failure !== null) throw failure
    if (!control.channels.has(channel)) throw sendFailed('provider-refused')
    if (control.failing.has(channel)) throw sendFailed('provider-unreachable')
  }

  const messages: Messages = {
    channels: () => Promise.resolve(new Set(control.channels)),
    send: async ({ channel, subject, text, to }) => {
      fail(channel)
      sent.push({ channel, to, ...(subject === undefined ? {} : { subject }), text })
    },
    sendPasscode: async ({ passcode: _ours, ...message }, replaced = []): Promise<Verification | null> => {
      if (!control.verifying.has(message.channel)) {
        await messages.send(message)
        return null
      }
      fail(message.channel)
      for (const each of replaced) verifications.delete(each.reference)
      made += 1
      const reference = `VE${String(made).padStart(32, '0')}`
      const codeLength = control.verificationDigits
      const code = String(made * 7919 + 314_159_265_358)
        .slice(-codeLength)
        .padStart(codeLength, '0')
      verifications.set(reference, { code, checks: 0 })
      sent.push({ channel: message.channel, to: message.to, text: `Your verification code is: ${code}` })
      return { senderId: 'verifier', reference, codeLength }
    },
    cancelVerification: ({ reference }) => {
      verifications.delete(reference)
      return Promise.resolve()
    },
    checkPasscode: async ({ reference }, typedDigits) => {
      const failure = control.failNextCheck
      control.failNextCheck = null
      if (failure !== null) throw failure
      checked.push(reference)
      const verification = verifications.get(reference)
      if (verification === undefined) return 'expired'
      verification.checks += 1
      const isRight = verification.code === typedDigits
      if (isRight || verification.checks >= checksPerVerification) verifications.delete(reference)
      return isRight ? 'right' : 'wrong'
    },
  }

  return {
    messages,
    sent,
    checked,
    control,
    passcodeTo: (to, channel = 'sms') => {
      const last = sent.findLast((each) => each.to === to && each.channel === channel)
      const digits = last === undefined ? undefined : digitsIn(last.text)
      if (digits === undefined) throw new Error(`No passcode was sent to ${to} by ${channel}.`)
      return digits
    },
  }
}

export function sendFailed(reason: SendFailureReason): AppError {
  return new AppError('SEND_FAILED', 'The provider did not take the message.', { details: { reason } })
}

/** Written as `XYWD-581883`, or in a verifying provider's own words. */
function digitsIn(text: string): string | undefined {
  const written = /^[A-Z]{4}-(\d+) is|code is: (\d+)$/m.exec(text)
  return written?.[1] ?? written?.[2]
}
