import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pageLanguage } from '../../passkeys/page/page-language.ts'
import type { PageLanguage } from '../../passkeys/page/page-words.ts'
import { authenticatorPath } from '../authenticator.ts'
import { authenticatorPage, authenticatorPolicy } from './page-html.ts'
import { authenticatorWords } from './page-words.ts'
import { icon, manifest, workerScript } from './worker.ts'

interface Part {
  readonly path: string
  readonly type: string
  readonly summary: string
  readonly text: (language: PageLanguage) => string
  readonly headers: Readonly<Record<string, string>>
}

const parts: readonly Part[] = [
  {
    path: authenticatorPath,
    type: 'text/html; charset=utf-8',
    summary: 'The Holdfast authenticator, a page for telephones',
    text: (language) => authenticatorPage(language, authenticatorWords(language)),
    headers: {
      'content-security-policy': authenticatorPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      'x-frame-options': 'DENY',
    },
  },
  {
    path: `${authenticatorPath}/worker.js`,
    type: 'text/javascript; charset=utf-8',
    summary: 'Shows the notifications of the authenticator’s page',
    text: (language) => {
      const { appTitle, notice } = authenticatorWords(language)
      return workerScript(appTitle, notice)
    },
    // The page is the folder itself, which a worker inside of it does not cover by itself.
    headers: { 'service-worker-allowed': authenticatorPath },
  },
  {
    path: `${authenticatorPath}/manifest.webmanifest`,
    type: 'application/manifest+json; charset=utf-8',
    summary: 'Lets a phone install the authenticator’s page',
    text: (language) => JSON.stringify(manifest(authenticatorWords(language).appTitle, language)),
    headers: {},
  },
  {
    path: `${authenticatorPath}/icon.svg`,
    type: 'image/svg+xml; charset=utf-8',
    summary: 'The icon of the authenticator’s page',
    text: () => icon,
    headers: {},
  },
]

/** Serves the authenticator. It is the same for everybody and knows nothing of any account or request. */
export function registerAuthenticator(app: FastifyInstance): void {
  for (const part of parts) {
    app.route({
      method: 'GET',
      url: part.path,
      config: { permission: 'public' },
      schema: { summary: part.summary, hide: true },
      handler: (request, reply) => send(part, request, reply),
    })
  }
}

function send({ headers, text, type }: Part, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { lang } = request.query as { lang?: unknown }
  const asked = typeof lang === 'string' ? lang : undefined
  const language = pageLanguage(asked, request.headers['accept-language'])
  return reply
    .headers({ ...headers, 'content-language': language, vary: 'accept-language' })
    .type(type)
    .serializer((content: unknown) => String(content))
    .send(text(language))
}
