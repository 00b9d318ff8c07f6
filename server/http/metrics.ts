import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RouteName } from '../../shared/routes.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Store } from '../store/store.ts'

/** Figures for Prometheus. Labels come from the program's own lists, never from a request. */
export interface Metrics {
  readonly registry: Registry
  /** Counts where signing in, stepping up or enrolling arrived, as its reply says it. */
  countStep(route: RouteName, reply: unknown): void
  countRequest(request: FastifyRequest, reply: FastifyReply): void
}

/** Further sources that a subject offers, read when somebody asks. */
export interface MetricSources {
  readonly store: Store
  readonly clock: Clock
  /** Password hashes that run or wait for their turn. */
  readonly hashesInFlight?: () => number
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'holdfast_requests_total',
    help: 'Answered requests by route, status and problem code',
    labelNames: ['route', 'method', 'status', 'problem'] as const,
    registers,
  })
  const durations = new Histogram({
    name: 'holdfast_request_seconds',
    help: 'Seconds from the head of a request to the end of its answer',
    labelNames: ['route'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const steps = new Counter({
    name: 'holdfast_sign_in_steps_total',
    help: 'Steps that signing in, stepping up and enrolling arrived at',
    labelNames: ['route', 'step'] as const,
    registers,
  })
  const bytes = new Counter({
    name: 'holdfast_body_bytes_total',
    help: 'Bytes of bodies received and sent, as their headers declare them',
    labelNames: ['direction', 'kind'] as const,
    registers,
  })
  registerGauges(sources, registers)
  registerMessages(sources, registers)
  return {
    registry,
    countStep(route, reply) {
      const step = stepOf(reply)
      if (step !== undefined) steps.inc({ route, step })
    },
    countRequest(request, reply) {
      const route = request.routeOptions.url ?? '(none)'
      const { method } = request
      requests.inc({ route, method, status: reply.statusCode, problem: request.problemCode ?? '' })
      durations.observe({ route }, reply.elapsedTime / 1000)
      const kind = route.startsWith('/restic') ? 'storage' : 'other'
      bytes.inc({ direction: 'in', kind }, byteCount(request.headers['content-length']))
      bytes.inc({ direction: 'out', kind }, byteCount(reply.getHeader('content-length')))
    },
  }
}

/** From the database, so that every server process tells the same. */
function registerMessages({ store }: MetricSources, registers: Registry[]): void {
  const messages = new Counter({
    name: 'holdfast_messages_total',
    help: 'Messages by provider, channel and what became of them',
    labelNames: ['provider', 'channel', 'outcome'] as const,
    registers,
    async collect() {
      const rows = await store.db
        .selectFrom('senderCounts')
        .select((eb) => ['provider', 'channel', 'outcome', eb.fn.sum<number>('count').as('count')])
        .groupBy(['provider', 'channel', 'outcome'])
        .execute()
      messages.reset()
      for (const { count, ...labels } of rows) messages.inc(labels, Number(count))
    },
  })
  const alerts = new Gauge({
    name: 'holdfast_open_alerts',
    help: 'Alerts that nobody has acknowledged',
    labelNames: ['kind'] as const,
    registers,
    async collect() {
      const rows = await store.db
        .selectFrom('alerts')
        .select((eb) => ['kind', eb.fn.countAll<number>().as('count')])
        .where('acknowledgedAt', 'is', null)
        .groupBy('kind')
        .execute()
      alerts.reset()
      for (const { count, kind } of rows) alerts.set({ kind }, Number(count))
    },
  })
}

function registerGauges(sources: MetricSources, registers: Registry[]): void {
  const leases = new Gauge({
    name: 'holdfast_leases',
    help: 'Leases alive now',
    labelNames: ['kind'] as const,
    registers,
    async collect() {
      const rows = await sources.store.db
        .selectFrom('leases')
        .select((eb) => ['kind', eb.fn.countAll<number>().as('count')])
        .where('endedAt', 'is', null)
        .where('expiresAt', '>', sources.clock.nowMs())
        .groupBy('kind')
        .execute()
      leases.reset()
      for (const row of rows) leases.set({ kind: row.kind }, Number(row.count))
    },
  })
  const { hashesInFlight } = sources
  if (hashesInFlight === undefined) return
  const hashes = new Gauge({
    name: 'holdfast_password_hashes_in_flight',
    help: 'Password hashes that run or wait for their turn now',
    registers,
    collect() {
      hashes.set(hashesInFlight())
    },
  })
}

function stepOf(reply: unknown): string | undefined {
  if (typeof reply !== 'object' || reply === null || !('step' in reply)) return undefined
  const { step } = reply
  return typeof step === 'object' && step !== null && 'kind' in step && typeof step.kind === 'string'
    ? step.kind
    : undefined
}

function byteCount(header: unknown): number {
  const count = Number(header ?? 0)
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}

export function registerMetrics(
  app: FastifyInstance,
  metrics: Metrics,
  permission: 'loopback' | 'public',
): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { permission },
    schema: { hide: true },
    handler: async (_request, reply) =>
      await reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  })
}
