import { z } from 'zod'
import { languages } from '../../../shared/model/language.ts'
import type { SendFailureReason, SettingsOf } from '../../../shared/model/sender.ts'
import { askProvider, basicAuthorization, reasonOfStatus } from '../http-request.ts'
import type { Message, PasscodeMessage } from '../messages.ts'
import { sendFailed, type Price, type Provider } from '../provider.ts'
import { spoken, type Voices } from '../spoken.ts'

const answerSchema = z.object({
  data: z.object({
    messages: z
      .array(z.object({ status: z.string(), message_price: z.union([z.string(), z.number()]).nullish() }))
      .min(1),
    _currency: z.object({ currency_name_short: z.string() }).nullish(),
  }),
})

/**
 * Of one message, in an answer that is 200 as a whole. What is not listed is a refusal of the account.
 * https://help.clicksend.com/article/cb98hv79pw-post-application-status-codes
 */
const reasons: Readonly<Record<string, SendFailureReason>> = {
  INVALID_RECIPIENT: 'number-refused',
  COUNTRY_NOT_ENABLED: 'number-refused',
  BLOCKED_RECIPIENT: 'number-refused',
  THROTTLED: 'provider-busy',
}

/** Japanese, Chinese and Arabic are not among the documented languages. */
const documentedVoices: Voices<string> = {
  en: 'en-us',
  de: 'de-de',
  fr: 'fr-fr',
  es: 'es-es',
  'pt-BR': 'pt-br',
}

/**
 * ClickSend's API, version 3: "Send SMS" (https://developers.clicksend.com/docs/messaging/sms) and "Send voice
 * message" (https://developers.clicksend.com/docs/messaging/voice-messaging). Without a sender a shared number
 * sends.
 */
export function clickSendProvider(settings: SettingsOf<'clicksend'>): Provider {
  const authorization = basicAuthorization(settings.username, settings.apiKey)
  const { sender } = settings
  const voices = voicesWith(settings.voiceLanguage)
  return {
    async send(message) {
      const isVoice = message.channel === 'voice'
      const { to } = message
      const content = isVoice
        ? callOf(message, voices)
        : { body: message.text, ...(sender === null ? {} : { from: sender }) }
      const path = isVoice ? '/v3/voice/send' : '/v3/sms/send'
      const { status, json } = await askProvider(new URL(path, settings.baseUrl), {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ messages: [{ to, source: 'holdfast', ...content }] }),
      })
      const answer = answerSchema.safeParse(json).data?.data
      const sent = answer?.messages[0]
      if (status !== 200 || sent === undefined) throw sendFailed(reasonOfStatus(status), { status })
      if (sent.status !== 'SUCCESS') {
        const providerCode = /^[A-Z_]{1,60}$/.test(sent.status) ? sent.status : 'unknown'
        throw sendFailed(reasons[sent.status] ?? 'provider-refused', { status, providerCode })
      }
      return { price: priceOf(sent.message_price, answer?._currency?.currency_name_short) }
    },
  }
}

function callOf(message: Message | PasscodeMessage, voices: Voices<string>) {
  const { lines, voice } = spoken(message, voices)
  return { body: lines.join(' '), lang: voice, voice: 'female', custom_string: '', country: '' }
}

/** The language that the administrator chose is spoken the way of that country; the others stay as they are. */
function voicesWith(chosen: string): Voices<string> {
  const language = languages.find((each) => each.split('-')[0] === chosen.split('-')[0])
  return language === undefined || documentedVoices[language] === undefined
    ? documentedVoices
    : { ...documentedVoices, [language]: chosen }
}

function priceOf(amount: string | number | null | undefined, currency: string | undefined): Price | null {
  const value = Number(amount ?? Number.NaN)
  return Number.isFinite(value) && value >= 0 && currency !== undefined && /^[A-Z]{3}$/.test(currency)
    ? { micros: Math.round(value * 1e6), currency }
    : null
}
