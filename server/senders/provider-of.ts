import type { Clock } from '../../shared/clock.ts'
import { assertNever } from '../../shared/errors.ts'
import type { ProviderSettings } from '../../shared/model/sender.ts'
import type { Provider } from './provider.ts'
import { clickSendProvider } from './providers/clicksend.ts'
import { smtpProvider } from './providers/smtp.ts'
import { snsProvider } from './providers/sns.ts'
import { textMagicProvider } from './providers/textmagic.ts'
import { twilioProvider } from './providers/twilio.ts'
import { twilioVerifyProvider } from './providers/twilio-verify.ts'
import { webhookProvider } from './providers/webhook.ts'

/** The adapter of some settings. */
export function providerOf(settings: ProviderSettings, clock: Clock, outbox: Provider): Provider {
  switch (settings.provider) {
    case 'twilio':
      return twilioProvider(settings)
    case 'twilio-verify':
      return twilioVerifyProvider(settings)
    case 'textmagic':
      return textMagicProvider(settings)
    case 'clicksend':
      return clickSendProvider(settings)
    case 'sns':
      return snsProvider(settings)
    case 'webhook':
      return webhookProvider(settings, clock)
    case 'smtp':
      return smtpProvider(settings)
    case 'outbox':
      return outbox
    default:
      return assertNever(settings)
  }
}
