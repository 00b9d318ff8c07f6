import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  configuredSenderId,
  maskedSecret,
  providerChannels,
  type ProviderSettings,
  type Sender,
} from '../../shared/model/sender.ts'
import { AppError } from '../../shared/errors.ts'
import type { ServerConfig } from '../config.ts'

/**
 * The sender that the configuration file names, as administrators see it; null where it names none. It keeps
 * installations going that have no settings of senders yet, and comes after all of those.
 */
export function configuredSender({ sms }: Pick<ServerConfig, 'sms'>): Sender | null {
  if (sms.provider === 'none') return null
  return {
    id: configuredSenderId,
    name: 'Configuration file',
    channels: sms.provider === 'twilio' ? ['sms'] : [...providerChannels.outbox],
    order: 99,
    isEnabled: true,
    settings: settingsOf(sms, () => maskedSecret),
    version: 0,
    isReadOnly: true,
  }
}

/**
 * The settings of that sender with its secret, read from its file once; null where the file names none. Relative
 * paths are below the data folder.
 *
 * @throws AppError INPUT_INVALID when the configuration is not usable: the outbox in production (everybody who
 *   can read the folder could sign in), an empty or unreadable token file
 */
export function readConfiguredSettings(
  { environment, sms }: Pick<ServerConfig, 'sms' | 'environment'>,
  dataFolder: string,
): ProviderSettings | null {
  if (sms.provider === 'none') return null
  if (sms.provider === 'outbox' && environment === 'production')
    throw unusable('sms.provider "outbox" is for trying the product out; production refuses it.')
  return settingsOf(sms, (file) => secretIn(resolve(dataFolder, file)))
}

function settingsOf(
  sms: Exclude<ServerConfig['sms'], { provider: 'none' }>,
  secretOf: (file: string) => string,
): ProviderSettings {
  if (sms.provider === 'outbox') return sms
  const { authTokenFile, ...settings } = sms
  return { ...settings, authToken: secretOf(authTokenFile) }
}

function secretIn(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : 'The token file cannot be read.', error)
  }
  if (text === '') throw unusable('The file that sms.authTokenFile names is empty.')
  return text
}

function unusable(why: string, cause?: unknown): AppError {
  return new AppError('INPUT_INVALID', `sms: ${why}`, { cause, details: { paths: ['sms'] } })
}
