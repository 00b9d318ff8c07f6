import { createHmac, randomUUID } from 'node:crypto'
import { isoOf, type Clock } from '../../../shared/clock.ts'
import type { SettingsOf } from '../../../shared/model/sender.ts'
import { askProvider, reasonOfStatus } from '../http-request.ts'
import { passcodeIn, sendFailed, type Provider } from '../provider.ts'

/**
 * Posts each message as JSON to a service of the operator's own (docs/how-to/messages.md).
 *
 * `Holdfast-Signature: t=<seconds since the epoch>,v1=<hex>` is the HMAC-SHA-256 over `<t>.<body>` with the
 * shared key, so that nobody else can make the service send. The receiver refuses a `t` that is more than five
 * minutes off its clock and an `id` that it has seen. 2xx = taken; 422 = this number cannot get messages.
 */
export function webhookProvider(settings: SettingsOf<'webhook'>, clock: Clock): Provider {
  return {
    async send(message) {
      const nowMs = clock.nowMs()
      const { channel, language, subject, text, to } = message
      const id = randomUUID()
      const passcode = passcodeIn(message)
      const body = JSON.stringify({ id, at: isoOf(nowMs), channel, to, subject, text, language, passcode })
      const { status } = await askProvider(new URL(settings.url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'holdfast-signature': webhookSignature(settings.key, Math.floor(nowMs / 1000), body),
        },
        body,
      })
      if (status >= 200 && status < 300) return { price: null }
      throw sendFailed(status === 422 ? 'number-refused' : reasonOfStatus(status), { status })
    },
  }
}

export function webhookSignature(key: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`
}
