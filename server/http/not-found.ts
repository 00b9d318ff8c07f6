import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import type { Log } from '../deps.ts'
import { answerProblem } from './problem.ts'

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

/** Keeps every path of the app with its methods, so that a wrong method can be told from a wrong path. */
export function rememberPaths(app: FastifyInstance): ReadonlyMap<string, KnownPath> {
  const paths = new Map<string, KnownPath>()
  app.addHook('onRoute', (route) => {
    const known = paths.get(route.url) ?? { pattern: patternOf(route.url), methods: new Set() }
    for (const method of [route.method].flat()) known.methods.add(method)
    paths.set(route.url, known)
  })
  return paths
}

/** Answers 404, or 405 with `Allow` (RFC 9110 15.5.6); says nothing of what was asked. */
export function answerNotFound(
  paths: ReadonlyMap<string, KnownPath>,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): FastifyReply {
  const path = request.url.split('?')[0] ?? ''
  const methods = [...paths.values()]
    .filter((known) => known.pattern.test(path))
    .flatMap((known) => [...known.methods])
  if (methods.length === 0) {
    answerProblem(new AppError('NOT_FOUND', 'There is nothing at this address.'), request, reply, log)
  } else {
    const allowed = [...new Set(methods)].sort((a, b) => a.localeCompare(b))
    const problem = new AppError('NOT_FOUND', 'This address does not answer that method.')
    answerProblem(problem, request, reply.header('allow', allowed.join(', ')), log, 405)
  }
  return reply
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return '[^/]+'
      return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('/')
  return new RegExp(`^${source}$`)
}
