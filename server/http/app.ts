import {
  fastify,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyServerOptions,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify'
import type { ServerDeps } from '../deps.ts'
import { registerPasskeyPage } from '../passkeys/page/register-page.ts'
import { relyingPartyOf } from '../passkeys/relying-party.ts'
import { authenticatorOf } from '../push/authenticator.ts'
import { registerAuthenticator } from '../push/page/register-page.ts'
import { registerCancelPage } from '../recovery/page/register-page.ts'
import { registerApi } from './api.ts'
import type { Handlers } from './handler.ts'
import { registerHealth, type ReadinessCheck } from './health.ts'
import { createMetrics, registerMetrics } from './metrics.ts'
import { answerNotFound, rememberPaths } from './not-found.ts'
import { registerOpenApi } from './openapi.ts'
import { isFromBrowser, originOf } from './origin.ts'
import { callerOf, type Credentials } from './permission.ts'
import { answerProblem } from './problem.ts'
import { logRequest } from './request-log.ts'
import { registerSecurityHeaders } from './security-headers.ts'

/** What the HTTP shell needs beside the handlers of the contract. */
export interface HttpParts {
  readonly credentials: Credentials
  /** Registers the restic endpoint; its routes say `config: { permission: 'storage' }`. */
  readonly storage: (app: FastifyInstance) => Promise<void> | void
  readonly readiness: Readonly<Record<string, ReadinessCheck>>
  readonly hashesInFlight?: () => number
  /** Certificate and key in PEM; absent = plain HTTP. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
}

/** All JSON of the API; a route of the contract may say otherwise. Uploads of backup data are streams. */
const maxBodyBytes = 1024 * 1024
/** A connection on which nothing moves for so long is gone. */
const idleTimeoutMs = 120_000
/** Longer than the 90 s after which Go's client (restic) drops an idle connection, so that ours never races it. */
const keepAliveTimeoutMs = 100_000

/** Builds the server's HTTP side; it listens to nothing yet. */
export async function buildApp(
  deps: ServerDeps,
  handlers: Handlers,
  parts: HttpParts,
): Promise<FastifyInstance> {
  const { config, log } = deps
  const app = newFastify(deps, parts)
  const { hashesInFlight } = parts
  const metrics = createMetrics({ ...deps, ...(hashesInFlight === undefined ? {} : { hashesInFlight }) })

  requirePermissions(app)
  // What the routes say about themselves is for the contract and the documentation; registerApi parses.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (body) => JSON.stringify(body))
  app.decorateRequest('caller')
  app.decorateRequest('origin')
  app.decorateRequest('problemCode')
  app.decorateRequest('errorId')
  registerSecurityHeaders(app, parts.tls !== undefined)
  app.addHook('onRequest', async (request) => {
    request.origin = {
      ...originOf(request.ip, request.socket.remoteAddress),
      isBrowser: isFromBrowser(request.headers),
    }
    const { permission } = request.routeOptions.config
    if (permission !== undefined) request.caller = await callerOf(permission, request, parts.credentials)
  })
  app.addHook('onResponse', (request, reply, done) => {
    metrics.countRequest(request, reply)
    logRequest(log, request, reply)
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    answerProblem(error, request, reply, log)
  })
  const paths = rememberPaths(app)
  app.setNotFoundHandler((request, reply) => answerNotFound(paths, request, reply, log))

  await registerOpenApi(app, config.publicPages.docs ? 'public' : 'loopback')
  registerHealth(app, parts.readiness, log)
  registerMetrics(app, metrics, config.publicPages.metrics ? 'public' : 'loopback')
  if (relyingPartyOf(config) !== null) registerPasskeyPage(app)
  if (authenticatorOf(config) !== null) registerAuthenticator(app)
  registerCancelPage(app, handlers)
  await app.register((api, _options, done) => {
    registerApi(api, handlers, metrics)
    done()
  })
  await app.register(async (storage) => {
    await parts.storage(storage)
  })
  return app
}

function newFastify({ config, log }: ServerDeps, { tls }: HttpParts): FastifyInstance {
  const connections = { headersTimeout: 20_000, requestTimeout: 0 }
  const options: FastifyHttpOptions<RawServerDefault> = {
    bodyLimit: maxBodyBytes,
    trustProxy: config.trustedProxies.length === 0 ? false : config.trustedProxies,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionTimeout: idleTimeoutMs,
    // Uploads over slow lines take long; what does not move is ended by the idle timeout.
    requestTimeout: 0,
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    exposeHeadRoutes: false,
    http: connections,
    frameworkErrors: (error, request, reply) => {
      answerProblem(error, request, reply, log)
    },
  }
  // Fastify types HTTP and HTTPS servers apart; nothing here depends on which one it is.
  return tls === undefined
    ? fastify(options)
    : fastify({
        ...(options as FastifyServerOptions),
        https: { ...connections, ...tls, minVersion: 'TLSv1.2' },
      } as unknown as FastifyHttpOptions<RawServerDefault>)
}

/** A route that does not say who may call it, or what it takes, stops the server from starting. */
function requirePermissions(app: FastifyInstance): void {
  const all: RouteOptions[] = []
  app.decorate('allRoutes', all)
  app.addHook('onRoute', (route) => {
    all.push(route)
  })
  app.addHook('onReady', (done) => {
    const silent = all.filter((route) => route.config?.permission === undefined || route.schema === undefined)
    const names = silent.map((route) => `${String(route.method)} ${route.url}`)
    done(names.length === 0 ? undefined : new Error(`No permission or no schema: ${names.join(', ')}.`))
  })
}
