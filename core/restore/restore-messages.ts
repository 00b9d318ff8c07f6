import { z } from 'zod'

const statusSchema = z.object({
  message_type: z.literal('status'),
  bytes_restored: z.number().int().default(0),
  files_restored: z.number().int().default(0),
})

const errorSchema = z.object({
  message_type: z.literal('error'),
  error: z.object({ message: z.string().default('') }).nullish(),
  item: z.string(),
})

const messageSchema = z.discriminatedUnion('message_type', [statusSchema, errorSchema])

export type RestoreMessage =
  | { readonly kind: 'status'; readonly bytesDone: number; readonly filesDone: number }
  | { readonly kind: 'error'; readonly path: string; readonly reason: string }

/** restic before 0.16 writes sentences: `ignoring error for /path: reason`. */
const sentence = /^ignoring error for (\/.*?): (.*)$/

/** A message of `restic restore`, from either of its outputs; undefined for anything else. */
export function parseRestoreMessage(line: string): RestoreMessage | undefined {
  const said = sentence.exec(line)
  if (said !== null) return { kind: 'error', path: said[1] ?? '', reason: said[2] ?? '' }
  if (!line.startsWith('{')) return undefined
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return undefined
  }
  const parsed = messageSchema.safeParse(json)
  if (!parsed.success) return undefined
  const message = parsed.data
  if (message.message_type === 'error') {
    return { kind: 'error', path: message.item, reason: message.error?.message ?? '' }
  }
  return { kind: 'status', bytesDone: message.bytes_restored, filesDone: message.files_restored }
}

/** The file is whole, only something about it could not be set; it is better than none. */
export function isAboutMetadata(reason: string): boolean {
  return /^(?:l?chown|l?chmod|utimes?\w*|[lf]?setxattr|xattr\.\w+)\b/i.test(reason)
}
