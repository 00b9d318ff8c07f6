import { z } from 'zod'
import { secretStoreKindSchema } from '../../shared/client-api.ts'
import { deviceIdSchema, keyIdSchema } from '../../shared/model/ids.ts'
import { proxySettingsSchema } from '../../shared/model/proxy.ts'

/** The profile's settings file. No secret is in it. */
export const profileSettingsSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Random; keeps the secrets of several profiles on one computer apart. */
  profileId: z.string(),
  server: z
    .strictObject({ address: z.string(), allowInsecure: z.boolean(), caFile: z.string().nullable() })
    .nullable(),
  loginName: z.string().nullable(),
  /** Null = never chosen. Its password rests in the secret store. */
  proxy: proxySettingsSchema.nullable().default(null),
  hasProxyPassword: z.boolean().default(false),
  device: z.strictObject({ id: deviceIdSchema, name: z.string() }).nullable(),
  secretStore: secretStoreKindSchema,
  /** The key that new sets of this computer use. */
  key: z.strictObject({ keyId: keyIdSchema, isKitConfirmed: z.boolean() }).nullable(),
  /** Keys taken from recovery kits, for sets made elsewhere. */
  importedKeyIds: z.array(keyIdSchema).default([]),
  /** Whoever used Holdfast before there were first steps needs none. */
  showsFirstSteps: z.boolean().default(false),
})
export type ProfileSettings = z.infer<typeof profileSettingsSchema>

/** One user's Holdfast on one computer: a folder that only its owner can read. */
export interface Profile {
  readonly folder: string
  /** restic's cache. */
  readonly cacheFolder: string
  settings(): ProfileSettings
  /** Written whole or not at all. @throws AppError PROFILE_DAMAGED */
  update(change: Partial<ProfileSettings>): Promise<void>
}
