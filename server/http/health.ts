import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Log } from '../deps.ts'

/** Something the server cannot work without. Throws when it is not there. */
export type ReadinessCheck = () => Promise<void>

const checkDeadlineMs = 3000

const liveSchema = z.object({ status: z.literal('live') })
const readySchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
})

/**
 * `/health/live`: the process answers; restart it when it does not. `/health/ready`: it can do its work;
 * send it no requests while it cannot. Names what failed and not why: the log has that.
 */
export function registerHealth(
  app: FastifyInstance,
  checks: Readonly<Record<string, ReadinessCheck>>,
  log: Log,
): void {
  const documented = (summary: string, response: Readonly<Record<number, z.ZodType>>) => ({
    summary,
    tags: ['health'],
    security: [],
    'x-permission': 'public',
    response,
  })
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { permission: 'public' },
    schema: documented('The process answers', { 200: liveSchema }),
    handler: async (_request, reply) => await reply.send({ status: 'live' }),
  })
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { permission: 'public' },
    schema: documented('The server can do its work', { 200: readySchema, 503: readySchema }),
    handler: async (_request, reply) => {
      const results = await Promise.all(
        Object.entries(checks).map(
          async ([name, check]) => [name, await outcomeOf(name, check, log)] as const,
        ),
      )
      const isReady = results.every(([, outcome]) => outcome === 'ok')
      const body = { status: isReady ? 'ready' : 'not-ready', checks: Object.fromEntries(results) }
      return await reply.code(isReady ? 200 : 503).send(body)
    },
  })
}

async function outcomeOf(name: string, check: ReadinessCheck, log: Log): Promise<'ok' | 'failed'> {
  let deadline: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_resolve, reject) => {
      deadline = setTimeout(() => {
        reject(new Error(`No answer within ${checkDeadlineMs} ms.`))
      }, checkDeadlineMs)
    })
    await Promise.race([check(), late])
    return 'ok'
  } catch (error) {
    log.warn({ check: name, err: error }, 'The server is not ready.')
    return 'failed'
  } finally {
    clearTimeout(deadline)
  }
}
