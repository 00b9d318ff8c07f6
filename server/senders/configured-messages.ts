import { AppError } from '../../shared/errors.ts'
import type { Messages } from './messages.ts'
import type { SmsSender } from './sender.ts'

/** Messages through the one sender that the configuration file names; null = none. */
export function configuredMessages(sms: SmsSender | null): Messages {
  const send: Messages['send'] = async ({ channel, text, to }) => {
    if (sms === null || channel !== 'sms') {
      throw new AppError('SEND_FAILED', 'No message provider is configured.', {
        details: { reason: 'provider-refused' },
      })
    }
    await sms.send({ to, text })
  }
  return {
    channels: () => Promise.resolve(new Set(sms === null ? [] : (['sms'] as const))),
    send,
    sendPasscode: async (message) => {
      await send(message)
      return null
    },
    checkPasscode: () => Promise.resolve('expired'),
  }
}
