import { z } from 'zod'
import type { Language } from '../../../shared/model/language.ts'
import type { SettingsOf } from '../../../shared/model/sender.ts'
import { askProvider, basicAuthorization } from '../http-request.ts'
import { sendFailed, type Provider } from '../provider.ts'
import { twilioFailure } from './twilio.ts'

const serviceSchema = z.object({ code_length: z.number().int().min(4).max(10) })
const startedSchema = z.object({ sid: z.string().regex(/^VE[0-9a-f]{32}$/i), status: z.literal('pending') })
const checkedSchema = z.object({
  status: z.enum(['pending', 'approved', 'canceled', 'max_attempts_reached', 'deleted', 'failed', 'expired']),
})

/**
 * Codes about the number: not valid (60200), landline (60205), blocked by Fraud Guard (60410) or by region
 * (60605).
 * https://www.twilio.com/docs/api/errors
 */
const numberCodes = new Set([60200, 60205, 60410, 60605])
/**
 * Twilio chooses by the number's country and else speaks English; what somebody chose otherwise is told. A locale
 * that Twilio does not know is a 404. https://www.twilio.com/docs/verify/supported-languages
 */
const locales: Readonly<Partial<Record<Language, string>>> = {
  de: 'de',
  fr: 'fr',
  es: 'es',
  'pt-BR': 'pt-BR',
  ja: 'ja',
  'zh-CN': 'zh-CN',
  ar: 'ar',
}
/** Too many checks of one verification; it is over. https://www.twilio.com/docs/api/errors/60202 */
const tooManyChecks = 60_202

/**
 * Twilio Verify, version 2 (https://www.twilio.com/docs/verify/api/verification and
 * https://www.twilio.com/docs/verify/api/verification-check). Twilio makes the code, keeps it for ten minutes
 * and checks it at most five times. A verification that was approved, has expired or met its limit is
 * deleted there: asking about it is a 404, and for us an expired code. While one is pending, starting another for
 * the same number sends the same code again, under the same name; so whoever wants a code of its own cancels the
 * pending one first.
 */
export function twilioVerifyProvider(settings: SettingsOf<'twilio-verify'>): Provider {
  const service = `/v2/Services/${encodeURIComponent(settings.serviceSid)}`
  const headers = { authorization: basicAuthorization(settings.accountSid, settings.authToken) }
  const ask = (path: string, form?: Record<string, string>) =>
    askProvider(new URL(`${service}${path}`, settings.baseUrl), {
      method: form === undefined ? 'GET' : 'POST',
      headers,
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    })

  async function codeLength(): Promise<number> {
    const answer = await ask('')
    const read = serviceSchema.safeParse(answer.json)
    if (answer.status !== 200 || !read.success) throw twilioFailure(answer, numberCodes)
    return read.data.code_length
  }

  return {
    // Only codes; a notice is somebody else's.
    send: () => Promise.reject(sendFailed('provider-refused')),
    verifier: {
      async start({ channel, language, to }) {
        const length = await codeLength()
        const form = { To: to, Channel: channel === 'voice' ? 'call' : 'sms' }
        const locale = locales[language]
        const first = await ask('/Verifications', locale === undefined ? form : { ...form, Locale: locale })
        // Not every channel speaks every language; then Twilio's own choice is better than nothing.
        const isUnspoken = first.status === 404 && locale !== undefined
        const answer = isUnspoken ? await ask('/Verifications', form) : first
        const read = startedSchema.safeParse(answer.json)
        if (answer.status !== 201 || !read.success) throw twilioFailure(answer, numberCodes)
        return { reference: read.data.sid, codeLength: length }
      },
      async cancel(reference) {
        const path = `/Verifications/${encodeURIComponent(reference)}`
        const answer = await ask(path, { Status: 'canceled' })
        if (answer.status === 404) return
        const read = checkedSchema.safeParse(answer.json)
        if (answer.status !== 200 || read.data?.status !== 'canceled')
          throw twilioFailure(answer, numberCodes)
      },
      async check(reference, typedDigits) {
        // Anything else is no code, and costs one of the five checks.
        if (!/^\d{4,10}$/.test(typedDigits)) return 'wrong'
        const answer = await ask('/VerificationCheck', { VerificationSid: reference, Code: typedDigits })
        if (answer.status === 404) return 'expired'
        const code = z.object({ code: z.number() }).safeParse(answer.json).data?.code
        if (answer.status === 429 && code === tooManyChecks) return 'expired'
        const read = checkedSchema.safeParse(answer.json)
        if (answer.status !== 200 || !read.success) throw twilioFailure(answer, numberCodes)
        if (read.data.status === 'approved') return 'right'
        return read.data.status === 'pending' ? 'wrong' : 'expired'
      },
    },
  }
}
