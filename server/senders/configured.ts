import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { assertNever } from '../../shared/errors.ts'
import type { ServerConfig } from '../config.ts'
import { outboxSender } from './outbox.ts'
import type { SmsSender } from './sender.ts'
import { twilioSender } from './twilio.ts'

/**
 * The sender that the configuration file names; null where it names none. Relative paths are below the
 * data folder.
 *
 * @throws Error when the configuration is not usable: the outbox in production (everybody who can read the
 *   folder could sign in), an empty or unreadable token file
 */
export function configuredSmsSender(
  config: Pick<ServerConfig, 'sms' | 'environment'>,
  dataFolder: string,
  clock: Clock,
): SmsSender | null {
  switch (config.sms.provider) {
    case 'none':
      return null
    case 'outbox':
      if (config.environment === 'production')
        throw new Error('sms.provider "outbox" is for trying the product out; production refuses it.')
      return outboxSender(join(dataFolder, 'outbox'), clock)
    case 'twilio': {
      const { accountSid, authTokenFile, sender, baseUrl } = config.sms
      const authToken = readFileSync(resolve(dataFolder, authTokenFile), 'utf8').trim()
      if (authToken === '') throw new Error('The file that sms.authTokenFile names is empty.')
      return twilioSender({ accountSid, authToken, sender, baseUrl })
    }
    default:
      return assertNever(config.sms)
  }
}
