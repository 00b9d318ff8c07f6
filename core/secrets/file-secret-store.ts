import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { SecretName, SecretStore } from '../ports/secret-store.ts'
import { ownerOnlyFolder, readOwnerOnly } from '../profile/owner-only.ts'
import { writeWhole } from '../profile/write-whole.ts'

const fileSchema = z.strictObject({ formatVersion: z.literal(1), secrets: z.record(z.string(), z.string()) })

/**
 * Secrets in one file that only its owner can read, for machines without a credential store. Used only when
 * a person chose it. A file that others can read is refused and not repaired: what is in it may be known.
 *
 * @param folder is the profile's.
 */
export function fileSecretStore(folder: string): SecretStore {
  const path = join(folder, 'secrets.json')
  let last: Promise<unknown> = Promise.resolve()

  const refusal = (reason: string): AppError =>
    new AppError('SECRET_STORE_UNAVAILABLE', `The secret file ${path} ${reason}.`, { details: { path } })

  const readAll = async (): Promise<Map<string, string>> => {
    const text = await readOwnerOnly(path, refusal)
    if (text === undefined) return new Map()
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      // Without the parser's message: it quotes what it read.
      throw refusal('is damaged')
    }
    const parsed = fileSchema.safeParse(json)
    if (!parsed.success) throw refusal('is damaged or of another version')
    return new Map(Object.entries(parsed.data.secrets))
  }

  /** One change after the other, each on top of what the file holds. */
  const change = (edit: (secrets: Map<string, string>) => boolean): Promise<void> => {
    const changed = last.then(async () => {
      const secrets = await readAll()
      if (!edit(secrets)) return
      await ownerOnlyFolder(folder)
      const content = { formatVersion: 1, secrets: Object.fromEntries(secrets) }
      await writeWhole(path, `${JSON.stringify(content, undefined, 2)}\n`)
    })
    // The next change must come whether or not this one succeeded; its caller hears of a failure.
    last = changed.catch(() => undefined)
    return changed
  }

  return {
    kind: 'file',
    place: path,
    read: async (name) => (await readAll()).get(name),
    write: (name: SecretName, secret) => change((secrets) => secrets.set(name, secret) === secrets),
    erase: (name) => change((secrets) => secrets.delete(name)),
  }
}
