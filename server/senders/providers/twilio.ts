import { z } from 'zod'
import type { SettingsOf } from '../../../shared/model/sender.ts'
import { askProvider, basicAuthorization, reasonOfStatus, type ProviderAnswer } from '../http-request.ts'
import type { Message, PasscodeMessage } from '../messages.ts'
import { sendFailed, type Price, type Provider } from '../provider.ts'
import { spoken, type Voices } from '../spoken.ts'

/** https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
const problemSchema = z.object({ code: z.number().int() })

/** `price` is null until the message was sent on, and a call's is told later. */
const acceptedSchema = z.object({ price: z.string().nullish(), price_unit: z.string().nullish() })

/**
 * Codes that are about the number: not valid (21211, for calls 13224), not reachable (21612), not a mobile
 * (21614), unsubscribed (21610), region not permitted (21408, for calls 21215), blocked for calls (13225).
 * https://www.twilio.com/docs/api/errors
 */
const numberCodes = new Set([13224, 13225, 21211, 21215, 21408, 21610, 21612, 21614])

/**
 * English in the voice that the account is set to; else a standard voice of Amazon Polly, because the account's would
 * read foreign words with its own sounds. https://www.twilio.com/docs/voice/twiml/say/text-speech
 */
const voices: Voices<string> = {
  en: '',
  de: ' language="de-DE" voice="Polly.Vicki"',
  fr: ' language="fr-FR" voice="Polly.Celine"',
  es: ' language="es-ES" voice="Polly.Lucia"',
  'pt-BR': ' language="pt-BR" voice="Polly.Camila"',
  ja: ' language="ja-JP" voice="Polly.Mizuki"',
  'zh-CN': ' language="cmn-CN" voice="Polly.Zhiyu"',
  ar: ' language="arb" voice="Polly.Zeina"',
}

/**
 * Twilio Programmable Messaging, "Create a Message"
 * (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource), and Programmable
 * Voice, "Create a Call" (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource).
 */
export function twilioProvider(settings: SettingsOf<'twilio'>): Provider {
  const account = `/2010-04-01/Accounts/${encodeURIComponent(settings.accountSid)}`
  const authorization = basicAuthorization(settings.accountSid, settings.authToken)
  return {
    async send(message) {
      const [resource, form] =
        message.channel === 'voice'
          ? ['Calls', callForm(settings, message)]
          : ['Messages', smsForm(settings, message)]
      const answer = await askProvider(new URL(`${account}/${resource}.json`, settings.baseUrl), {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams(form),
      })
      if (answer.status !== 201) throw twilioFailure(answer, numberCodes)
      return { price: priceOf(answer.json) }
    },
  }
}

/** @param aboutNumber provider codes that no other provider could do better with */
export function twilioFailure({ status, json }: ProviderAnswer, aboutNumber: ReadonlySet<number>): Error {
  const providerCode = problemSchema.safeParse(json).data?.code
  const details = { status, ...(providerCode === undefined ? {} : { providerCode }) }
  const isNumber = providerCode !== undefined && aboutNumber.has(providerCode)
  return sendFailed(isNumber ? 'number-refused' : reasonOfStatus(status), details)
}

function smsForm({ sender }: SettingsOf<'twilio'>, { to, text }: Message): Record<string, string> {
  return { To: to, [sender.startsWith('MG') ? 'MessagingServiceSid' : 'From']: sender, Body: text }
}

function callForm(
  { sender }: SettingsOf<'twilio'>,
  message: Message | PasscodeMessage,
): Record<string, string> {
  const { lines, voice } = spoken(message, voices)
  const said = lines.map((line) => `<Say${voice}>${escaped(line)}</Say>`)
  return { To: message.to, From: sender, Twiml: `<Response>${said.join('<Pause length="1"/>')}</Response>` }
}

/** XML 1.0: markup escaped; control characters cannot be written at all. */
function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  }
  return text.replaceAll(/\p{C}/gu, ' ').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** A price is told as a negative amount: it is taken from the account. */
function priceOf(json: unknown): Price | null {
  const accepted = acceptedSchema.safeParse(json).data
  const amount = Number(accepted?.price ?? Number.NaN)
  const currency = accepted?.price_unit ?? ''
  return Number.isFinite(amount) && /^[A-Z]{3}$/i.test(currency)
    ? { micros: Math.round(Math.abs(amount) * 1e6), currency: currency.toUpperCase() }
    : null
}
