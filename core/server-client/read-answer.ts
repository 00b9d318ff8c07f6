import type { z } from 'zod'
import { AppError, errorFrom, problemSchema } from '../../shared/errors.ts'
import { proxyRefusal } from '../proxy/failures.ts'
import { unknownAnswer, unreachable } from './failures.ts'

export interface Answer {
  readonly status: number
  readonly text: string
  /** The proxy that may have spoken in the server's place. */
  readonly proxy: string | undefined
  /** The header Retry-After, where it is a number. */
  readonly retryAfterSeconds: number | undefined
}

/**
 * The reply that the contract promises.
 *
 * @throws AppError the server's own problem; SERVER_UNREACHABLE when a proxy in between speaks for a server
 *   it cannot reach; PROXY_SIGN_IN_REQUIRED, PROXY_REFUSED; SERVER_ANSWER_UNKNOWN for everything else that is not the contract
 */
export function replyOf<S extends z.ZodType>(answer: Answer, schema: S, host: string): z.infer<S> {
  const { status } = answer
  const json = jsonOf(answer.text)
  if (status >= 200 && status < 300) {
    if (json === undefined) throw unknownAnswer('not-json', host, status)
    const reply = schema.safeParse(json.value)
    if (!reply.success) throw unknownAnswer('wrong-shape', host, status)
    return reply.data
  }
  if (status >= 300 && status < 400) throw unknownAnswer('redirect', host, status)
  const problem = problemSchema.safeParse(json?.value)
  if (problem.success) throw withMore(errorFrom(problem.data), problem.data.errorId, answer)
  if (status === 407 || (answer.proxy !== undefined && status === 403)) {
    throw proxyRefusal(status, answer.proxy ?? host)
  }
  if (status >= 502 && status <= 504) throw unreachable('gateway', host, `HTTP ${status}`)
  throw unknownAnswer(json === undefined ? 'not-json' : 'unknown-problem', host, status)
}

function withMore(error: AppError, errorId: string | undefined, answer: Answer): AppError {
  const retryAfter =
    answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds }
  // An unexpected failure of the server can only be followed up by the id of its log line.
  const id = errorId === undefined ? {} : { serverErrorId: errorId }
  return new AppError(error.code, error.message, { details: { ...retryAfter, ...id, ...error.details } })
}

function jsonOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
