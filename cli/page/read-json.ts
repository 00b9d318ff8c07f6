import type { IncomingMessage } from 'node:http'
import { AppError } from '../../shared/errors.ts'

/** 10,000 paths of a restore and some room. */
export const longestBodyBytes = 8 * 1024 * 1024

/** The body as JSON. @throws AppError INPUT_INVALID when it is too long, of another type, or no JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? ''
  // Forms of foreign pages can send text/plain and form types without asking; never this one.
  if (!/^application\/json\s*(;|$)/i.test(type)) throw invalid('The body must be JSON.')
  if (Number(request.headers['content-length'] ?? 0) > longestBodyBytes)
    throw invalid('The body is too long.')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longestBodyBytes) throw invalid('The body is too long.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch {
    throw invalid('The body is no JSON.')
  }
}

function invalid(message: string): AppError {
  return new AppError('INPUT_INVALID', message)
}
