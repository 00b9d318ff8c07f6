import { randomBytes } from 'node:crypto'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, problemFrom, type ErrorCode } from '../../shared/errors.ts'
import type { Log } from '../deps.ts'

/**
 * The one border where failures become HTTP answers. A known failure gets the status of the catalogue; an
 * unknown one tells the caller nothing but the `errorId` under which the log has the whole story.
 */
export function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
  status?: number,
): void {
  const known = knownFailure(error, request)
  const errorId = `err_${randomBytes(9).toString('base64url')}`
  const code: ErrorCode = known?.code ?? 'UNEXPECTED'
  request.problemCode = code
  request.errorId = errorId
  const where = { errorId, method: request.method, route: request.routeOptions.url ?? '(none)' }
  if (known === undefined) log.error({ ...where, err: error }, 'A request failed unexpectedly.')
  // Known failures stand in the request's own line; those of the server's surroundings keep their cause.
  else if (known.traits.httpStatus >= 500 && known.cause !== undefined) {
    log.warn({ ...where, err: known }, 'A request could not be answered.')
  }
  const traits = (known ?? new AppError('UNEXPECTED', '')).traits
  const retryAfterSeconds = known?.details?.['retryAfterSeconds']
  if (typeof retryAfterSeconds === 'number' && Number.isFinite(retryAfterSeconds)) {
    reply.header('retry-after', Math.max(1, Math.ceil(retryAfterSeconds)))
  }
  if (traits.httpStatus === 401) reply.header('www-authenticate', challengeFor(request))
  reply
    .code(status ?? traits.httpStatus)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemFrom(known, errorId))
}

/** RFC 9110 11.6.1: a 401 names the scheme it wants. */
function challengeFor(request: FastifyRequest): string {
  const { permission } = request.routeOptions.config
  return permission === 'lease' || permission === 'storage' ? 'Basic realm="Holdfast lease"' : 'Bearer'
}

/** Failures that have a name: ours, and those that Fastify finds in a request before our code sees it. */
function knownFailure(error: unknown, request: FastifyRequest): AppError | undefined {
  if (error instanceof AppError) return error
  if (request.raw.readableAborted) {
    return new AppError('CANCELLED', 'The caller went away before its request was complete.')
  }
  if (!isFastifyError(error) || error.statusCode === undefined) return undefined
  if (error.statusCode === 503) return new AppError('SERVER_BUSY', 'The server is stopping.')
  if (error.statusCode < 400 || error.statusCode >= 500) return undefined
  // Fastify's messages may quote the request; its codes do not.
  return new AppError('INPUT_INVALID', 'Invalid input at (body).', {
    details: {
      paths: ['(body)'],
      reason: error.code.replace(/^FST_ERR_(CTP_)?/, '').toLowerCase() || 'invalid',
    },
  })
}

function isFastifyError(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('FST_')
  )
}
