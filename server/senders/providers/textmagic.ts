import { z } from 'zod'
import type { SettingsOf } from '../../../shared/model/sender.ts'
import { askProvider, reasonOfStatus } from '../http-request.ts'
import { sendFailed, type Provider } from '../provider.ts'

/** https://www.textmagic.com/docs/api/response-codes/: errors of an input stand below its name. */
const problemSchema = z.object({
  errors: z.object({ fields: z.record(z.string(), z.unknown()).optional() }).nullish(),
})

/**
 * TextMagic's API, version 2, "Send text messages" (https://www.textmagic.com/docs/api/send-sms/): a form, 201
 * when it was taken; numbers without the plus sign; at most 20 requests a second
 * (https://www.textmagic.com/docs/api/restrictions/). Its answer tells no price.
 */
export function textMagicProvider(settings: SettingsOf<'textmagic'>): Provider {
  const url = new URL('/api/v2/messages', settings.baseUrl)
  const headers = { 'x-tm-username': settings.username, 'x-tm-key': settings.apiKey }
  return {
    async send({ to, text }) {
      const { status, json } = await askProvider(url, {
        method: 'POST',
        headers,
        body: new URLSearchParams({
          text,
          phones: to.slice(1),
          from: settings.sender.replace(/^\+/, ''),
        }),
      })
      if (status === 201) return { price: null }
      const fields = problemSchema.safeParse(json).data?.errors?.fields
      const isNumber = status === 400 && fields !== undefined && 'phones' in fields
      throw sendFailed(isNumber ? 'number-refused' : reasonOfStatus(status), { status })
    },
  }
}
