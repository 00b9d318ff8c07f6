import { z } from 'zod'
import { replySchema } from '../../shared/client-api.ts'

/**
 * What travels over the owner's socket: one JSON document a line in UTF-8. A process that attaches sends
 * requests; the owner sends a reply for each, in any order, and events as they happen.
 */
export const attachedRequestSchema = z.object({
  id: z.number().int(),
  name: z.string().max(100),
  input: z.unknown(),
})

export const ownerMessageSchema = z.union([
  z.object({ id: z.number().int(), reply: replySchema }),
  z.object({ event: z.string().max(100), payload: z.unknown() }),
])

/** What an attached process says first, which shows that it may write: from then on it is told events. */
export const helloLine = '"hello"'

/** Longer than any valid request: 10,000 paths of a restore. */
export const longestLineBytes = 64 * 1024 * 1024
