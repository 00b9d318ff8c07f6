import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Route } from '../../shared/contract.ts'
import { inputError } from '../../shared/errors.ts'
import {
  apiPrefix,
  routes,
  type InputOf,
  type ReplyOf,
  type RouteName,
  type Routes,
} from '../../shared/routes.ts'
import type { Call, Handler, Handlers } from './handler.ts'
import type { Metrics } from './metrics.ts'
import { routeDocumentation } from './openapi.ts'

/** A body arrives within this time or the connection is cut: nobody types a JSON body by hand. */
const bodyDeadlineMs = 30_000

/** Registers every route of the contract. Each does the same: parse, call its handler, parse the reply. */
export function registerApi(app: FastifyInstance, handlers: Handlers, metrics: Metrics): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    // Clients that always announce JSON also do so where there is nothing to send.
    if (text === '') done(null, undefined)
    else void parseJson(request, text as string, done)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const deadline = setTimeout(() => request.raw.destroy(), bodyDeadlineMs).unref()
    const stop = (): void => {
      clearTimeout(deadline)
    }
    request.raw.once('end', stop).once('close', stop)
    done()
  })
  for (const name of Object.keys(routes) as RouteName[]) registerRoute(app, name, handlers[name], metrics)
}

function registerRoute<N extends RouteName>(
  app: FastifyInstance,
  name: N,
  handler: Handler<N>,
  metrics: Metrics,
): void {
  const route: Route = routes[name]
  app.route({
    method: route.method,
    url: `${apiPrefix}${route.path}`,
    config: {
      permission: route.permission,
      routeName: name,
      ...(route.admin === undefined ? {} : { admin: route.admin }),
    },
    schema: routeDocumentation(name, route),
    ...(route.maxBodyBytes === undefined ? {} : { bodyLimit: route.maxBodyBytes }),
    handler: async (request, reply) => {
      const input = parseInput(route, request) as InputOf<N>
      const call = { origin: request.origin, caller: request.caller } as Call<Routes[N]['permission']>
      const result: ReplyOf<N> = await handler(input, call)
      // Parsed, so that a field that the contract does not name never leaves the server.
      const body = route.reply.parse(result)
      metrics.countStep(name, body)
      return reply.send(body)
    },
  })
}

/**
 * Path parameters, query and body in one object.
 *
 * @throws AppError INPUT_INVALID with the paths of everything that is wrong, in all three parts.
 */
export function parseInput(
  route: Pick<Route, 'params' | 'query' | 'body'>,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body'>,
): object {
  const parts = [
    [route.params, request.params],
    [route.query, request.query],
    [route.body, request.body],
  ] as const
  const issues: z.core.$ZodIssue[] = []
  const input = {}
  for (const [schema, value] of parts) {
    if (schema === undefined) continue
    const parsed = schema.safeParse(value)
    if (parsed.success) Object.assign(input, parsed.data)
    else issues.push(...parsed.error.issues)
  }
  if (issues.length > 0) throw inputError(new z.ZodError(issues))
  return input
}
