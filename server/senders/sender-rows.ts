import { z } from 'zod'
import {
  channelSchema,
  destinationFields,
  maskedSecret,
  providerSettingsSchema,
  secretFields,
  type ProviderSettings,
  type Sender,
  type SenderDraft,
} from '../../shared/model/sender.ts'
import type { SenderId } from '../../shared/model/ids.ts'
import type { ServerKey } from '../server-key.ts'
import type { SenderRow } from '../store/tables.ts'

type Fields = Record<string, unknown>
const fieldsSchema = z.record(z.string(), z.unknown())
const channelsSchema = z.array(channelSchema)

/** A row as administrators see it: every secret masked. */
export function senderOf(row: SenderRow): Sender {
  return {
    id: row.id,
    name: row.name,
    channels: channelsOf(row),
    order: row.position,
    isEnabled: row.isEnabled === 1,
    settings: storedSettings(row),
    version: row.version,
    isReadOnly: false,
  }
}

export function channelsOf(row: Pick<SenderRow, 'channels'>): Sender['channels'] {
  return channelsSchema.parse(JSON.parse(row.channels))
}

/** The settings with a mask in place of each secret, as the row keeps them. */
export function storedSettings(row: Pick<SenderRow, 'settings'>): ProviderSettings {
  return providerSettingsSchema.parse(JSON.parse(row.settings))
}

/**
 * What a row holds of a draft. Its secrets are sealed to the row and to where they go: whoever edits the
 * database cannot have them sent somewhere else.
 */
export function rowOf(id: SenderId, draft: SenderDraft, version: number, serverKey: ServerKey): SenderRow {
  const fields: Fields = { ...draft.settings }
  const secrets: Fields = {}
  for (const name of secretFields[draft.settings.provider]) {
    secrets[name] = fields[name]
    fields[name] = fields[name] === null ? null : maskedSecret
  }
  return {
    id,
    name: draft.name,
    channels: JSON.stringify(draft.channels),
    position: draft.order,
    isEnabled: draft.isEnabled ? 1 : 0,
    settings: JSON.stringify(fields),
    secretsSealed: serverKey.seal(JSON.stringify(secrets), contextOf(id, draft.settings)),
    version,
  }
}

/**
 * The settings with their secrets.
 *
 * @throws Error when the row was changed beside the server, or belongs to another server's key
 */
export function openSettings(
  row: Pick<SenderRow, 'id' | 'settings' | 'secretsSealed'>,
  serverKey: ServerKey,
): ProviderSettings {
  const stored = storedSettings(row)
  const secrets = fieldsSchema.parse(JSON.parse(serverKey.open(row.secretsSealed, contextOf(row.id, stored))))
  return providerSettingsSchema.parse({ ...stored, ...secrets })
}

/** Whether the secrets of one would go the same way as those of the other. */
export function isSameDestination(a: ProviderSettings, b: ProviderSettings): boolean {
  return a.provider === b.provider && destinationOf(a) === destinationOf(b)
}

function contextOf(id: SenderId, settings: ProviderSettings): string {
  return `sender:${id}:${settings.provider}:${destinationOf(settings)}`
}

function destinationOf(settings: ProviderSettings): string {
  const fields: Fields = { ...settings }
  return JSON.stringify(destinationFields[settings.provider].map((name) => fields[name]))
}
