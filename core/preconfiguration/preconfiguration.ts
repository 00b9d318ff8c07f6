import { lstat, readFile } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { z } from 'zod'
import { secretStoreKindSchema } from '../../shared/client-api.ts'
import { editionSchema, interfaceThemeSchema } from '../../shared/model/installation.ts'
import { languageSchema } from '../../shared/model/language.ts'
import { proxySettingsSchema } from '../../shared/model/proxy.ts'
import { proxyAddress } from '../proxy/proxy-address.ts'
import { codeOf } from '../profile/system-error.ts'

const manualProxy = proxySettingsSchema.options[2]

function isProxy(address: string): boolean {
  if (address === 'system' || address === 'none') return true
  try {
    return proxyAddress(address) !== ''
  } catch {
    return false
  }
}

/** What an administrator prepared for every user of this computer. docs/how-to/deploy.md describes each field. */
export const preconfigurationSchema = z.strictObject({
  formatVersion: z.literal(1),
  server: z
    .strictObject({
      address: z.url({ protocol: /^https?$/ }).max(300),
      allowInsecure: z.boolean().default(false),
      caFile: z.string().nullable().default(null),
      /** People neither see nor change the address. */
      isFixed: z.boolean().default(true),
    })
    .optional(),
  edition: editionSchema.default('OBM'),
  /** Without a password: everybody on this computer can read this file. */
  proxy: z
    .strictObject({
      /** A proxy's address, `system` or `none`. */
      address: z.string().max(300).refine(isProxy),
      loginName: manualProxy.shape.loginName,
      exceptions: manualProxy.shape.exceptions,
      /** Not by default: a laptop needs another one wherever it goes. */
      isFixed: z.boolean().default(false),
    })
    .optional(),
  secretStore: z.strictObject({ kind: secretStoreKindSchema, isFixed: z.boolean().default(true) }).optional(),
  /** What people see as long as they chose nothing else. */
  interface: z
    .strictObject({
      language: languageSchema.optional(),
      theme: interfaceThemeSchema.optional(),
    })
    .prefault({}),
  policy: z
    .strictObject({
      startAtSignIn: z.boolean().default(false),
      /** Where new versions are looked for; without it the administrator brings them. */
      updateAddress: z.url({ protocol: /^https$/ }).optional(),
    })
    .prefault({}),
})
export type Preconfiguration = z.infer<typeof preconfigurationSchema>

export interface Machine {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The machine-wide place, where only an administrator can write. On Windows it is under Program Files: below
 * ProgramData any user may make a folder, and whoever chooses the server chooses who gets the passwords.
 */
export function preconfigurationPath({ platform, env }: Machine): string {
  if (platform === 'win32') {
    const common = env['CommonProgramFiles'] ?? 'C:\\Program Files\\Common Files'
    return win32.join(common, 'Holdfast', 'preconfiguration.json')
  }
  if (platform === 'darwin') return '/Library/Application Support/Holdfast/preconfiguration.json'
  return posix.join('/etc', 'holdfast', 'preconfiguration.json')
}

export type ReadPreconfiguration =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly preconfiguration: Preconfiguration }
  /** There is one that must not be followed; an administrator has to mend it. */
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Reads the preconfiguration. One that another than the administrator could have written, or that is malformed,
 * is refused as a whole: half of it may be the half that an attacker wrote.
 */
export async function readPreconfiguration(
  path: string,
  trustedUid: number | undefined = process.platform === 'win32' ? undefined : 0,
): Promise<ReadPreconfiguration> {
  let text: string
  try {
    const found = await lstat(path)
    if (!found.isFile()) return refused(path, 'is not a plain file')
    if (trustedUid !== undefined && found.uid !== trustedUid) return refused(path, 'does not belong to root')
    if (trustedUid !== undefined && (found.mode & 0o022) !== 0) {
      return refused(path, 'can be written by others than root')
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'none' }
    return refused(path, `cannot be read (${code})`)
  }
  return parse(path, text)
}

function parse(path: string, text: string): ReadPreconfiguration {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refused(path, 'is not valid JSON')
  }
  const parsed = preconfigurationSchema.safeParse(json)
  if (parsed.success) return { kind: 'read', preconfiguration: parsed.data }
  const where = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  return refused(path, `is not valid at "${where}"`)
}

function refused(path: string, what: string): ReadPreconfiguration {
  return { kind: 'refused', reason: `${path} ${what}; it is not followed.` }
}
