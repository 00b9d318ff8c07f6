import { z } from 'zod'
import { languageSchema } from './language.ts'

/** OBM: servers and workstations, all features. ACB: personal computers, without commands and bandwidth limits. */
export const editionSchema = z.enum(['OBM', 'ACB'])
export type Edition = z.infer<typeof editionSchema>

export const interfaceThemeSchema = z.enum(['system', 'light', 'dark'])

/** What this installation is, and what its administrator has decided; interfaces hide what cannot be changed. */
export const installationSchema = z.object({
  edition: editionSchema,
  isServerFixed: z.boolean(),
  isProxyFixed: z.boolean(),
  isSecretStoreFixed: z.boolean(),
  /** The window starts with the desktop session, whatever a person chooses. */
  startsAtSignIn: z.boolean(),
  /** What an interface shows as long as nobody chose another one; null = the system's. */
  language: languageSchema.nullable(),
  theme: interfaceThemeSchema.nullable(),
  /** Why a preconfiguration that is there is not followed. */
  refusal: z.string().nullable(),
})
export type Installation = z.infer<typeof installationSchema>

/** An installation that nobody prepared. */
export const plainInstallation: Installation = {
  edition: 'OBM',
  isServerFixed: false,
  isProxyFixed: false,
  isSecretStoreFixed: false,
  startsAtSignIn: false,
  language: null,
  theme: null,
  refusal: null,
}
