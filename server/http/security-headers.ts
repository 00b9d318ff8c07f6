import type { FastifyInstance } from 'fastify'

/**
 * Headers of every answer. Nothing is kept by caches, guessed by browsers or framed; pages with a policy of
 * their own (the documentation) keep it.
 */
export function registerSecurityHeaders(app: FastifyInstance, isTls: boolean): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      ...(isTls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    })
    done()
  })
}
