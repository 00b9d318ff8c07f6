import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { SendFailureReason, SmsSender } from './sender.ts'

export interface TwilioSettings {
  readonly accountSid: string
  readonly authToken: string
  /** A number in E.164, or the SID of a messaging service (`MG…`). */
  readonly sender: string
  readonly baseUrl: string
}

/** https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
const problemSchema = z.object({ code: z.number().int() })

/**
 * Codes that are about the number: not valid (21211), not reachable (21612), not a mobile (21614),
 * unsubscribed (21610), region not permitted (21408). https://www.twilio.com/docs/api/errors
 */
const numberCodes = new Set([21211, 21408, 21610, 21612, 21614])

const timeoutMs = 10_000

/**
 * Twilio Programmable Messaging, "Create a Message"
 * (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
 *
 * A redirect is a failure: the credentials go to the configured address and nowhere else.
 */
export function twilioSender(settings: TwilioSettings): SmsSender {
  const url = new URL(
    `/2010-04-01/Accounts/${encodeURIComponent(settings.accountSid)}/Messages.json`,
    settings.baseUrl,
  )
  const basic = Buffer.from(`${settings.accountSid}:${settings.authToken}`).toString('base64')
  const senderField = settings.sender.startsWith('MG') ? 'MessagingServiceSid' : 'From'
  return {
    async send({ to, text }) {
      let response: Response
      try {
        response = await fetch(url, {
          method: 'POST',
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
          headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
          body: new URLSearchParams({ To: to, [senderField]: settings.sender, Body: text }),
        })
      } catch (error) {
        throw failure('provider-unreachable', {}, error)
      }
      // Also read on success, so that the connection can be used again.
      const body = await response.text().catch((error: unknown) => {
        throw failure('provider-unreachable', { status: response.status }, error)
      })
      if (response.status === 201) return
      const providerCode = codeIn(body)
      const details = { status: response.status, ...(providerCode === null ? {} : { providerCode }) }
      throw failure(reasonOf(response.status, providerCode), details)
    },
  }
}

function codeIn(body: string): number | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // A proxy's page instead of the provider's answer; the status says what is known.
    return null
  }
  return problemSchema.safeParse(value).data?.code ?? null
}

function reasonOf(status: number, providerCode: number | null): SendFailureReason {
  if (providerCode !== null && numberCodes.has(providerCode)) return 'number-refused'
  if (status === 429) return 'provider-busy'
  return status >= 500 ? 'provider-unreachable' : 'provider-refused'
}

function failure(
  reason: SendFailureReason,
  details: { status?: number; providerCode?: number },
  cause?: unknown,
): AppError {
  return new AppError('SEND_FAILED', 'The message provider did not take the message.', {
    cause,
    details: { reason, ...details },
  })
}
