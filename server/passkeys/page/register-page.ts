import type { FastifyInstance } from 'fastify'
import { pagePath } from '../page-path.ts'
import { passkeyPage, passkeyPagePolicy } from './page-html.ts'
import { pageLanguage, wordsOf } from './page-language.ts'

/** Serves the page on which passkeys are used. It is the same for everybody and knows nothing of any request. */
export function registerPasskeyPage(app: FastifyInstance): void {
  app.route({
    method: 'GET',
    url: pagePath,
    config: { permission: 'public' },
    schema: { summary: 'The page on which passkeys are used' },
    handler: (request, reply) => {
      const { lang } = request.query as { lang?: unknown }
      const language = pageLanguage(
        typeof lang === 'string' ? lang : undefined,
        request.headers['accept-language'],
      )
      return reply
        .headers({
          'content-security-policy': passkeyPagePolicy,
          'content-language': language,
          'cross-origin-opener-policy': 'same-origin',
          'permissions-policy': 'publickey-credentials-get=(self), publickey-credentials-create=(self)',
          'x-frame-options': 'DENY',
          vary: 'accept-language',
        })
        .type('text/html; charset=utf-8')
        .serializer((page: unknown) => String(page))
        .send(passkeyPage(language, wordsOf(language)))
    },
  })
}
