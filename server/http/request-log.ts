import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../deps.ts'

/**
 * One line for each answered request: the route's pattern and not its address, who by id, how it ended.
 * Bodies, headers and queries are never part of it.
 */
export function logRequest(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  const fields = {
    method: request.method,
    route: request.routeOptions.url ?? '(none)',
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    address: request.origin?.address ?? '',
    ...callerIds(request),
    ...(request.problemCode === undefined ? {} : { problem: request.problemCode, errorId: request.errorId }),
  }
  if (reply.statusCode >= 500) log.error(fields, 'Request failed.')
  else log.info(fields, 'Request answered.')
}

function callerIds({ caller }: FastifyRequest): object {
  if (caller === undefined) return {}
  if ('actor' in caller) {
    const { by, user } = caller
    return { user: user.id, ...(by.kind === 'token' ? { token: by.token.id } : { session: by.session.id }) }
  }
  if ('user' in caller) return { user: caller.user.id, session: caller.session.id }
  if ('lease' in caller) return { user: caller.lease.userId, lease: caller.lease.id }
  return { user: caller.transaction.userId, transaction: caller.transaction.id }
}
