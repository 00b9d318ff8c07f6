import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cancelTokenSchema } from '../../../shared/model/recovery.ts'
import type { Handlers } from '../../http/handler.ts'
import { pageLanguage } from '../../passkeys/page/page-language.ts'
import { cancelPage, cancelPagePolicy, type CancelPage } from './cancel-page.ts'

const url = '/recovery/cancel/:cancelToken'

/**
 * The page behind the link of a notice. Opening it does nothing, however often a mail scanner does so; only
 * its button stops the recovery, and the link can do nothing else.
 */
export function registerCancelPage(app: FastifyInstance, handlers: Pick<Handlers, 'cancelRecovery'>): void {
  // Pages for people: the documentation of the API leaves them out.
  void app.register((pages, _options, done) => {
    // The form has no fields: what it says is in its address.
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, parsed) => {
      payload.resume()
      payload.once('end', () => parsed(null, undefined))
    })
    pages.route({
      method: 'GET',
      url,
      config: { permission: 'public' },
      schema: { summary: 'Ask whether a recovery is to be stopped', hide: true },
      handler: (request, reply) => send(request, reply, 'ask'),
    })
    pages.route({
      method: 'POST',
      url,
      bodyLimit: 1024,
      config: { permission: 'public' },
      schema: { summary: 'Stop a recovery', hide: true },
      handler: async (request, reply) => {
        const { cancelToken } = request.params as { readonly cancelToken: string }
        const token = cancelTokenSchema.safeParse(cancelToken)
        const call = { origin: request.origin, caller: undefined }
        const isStopped =
          token.success && (await handlers.cancelRecovery({ cancelToken: token.data }, call)).wasWaiting
        return await send(request, reply, isStopped ? 'stopped' : 'nothing')
      },
    })
    done()
  })
}

function send(request: FastifyRequest, reply: FastifyReply, page: CancelPage): FastifyReply {
  const { lang } = request.query as { readonly lang?: unknown }
  const language = pageLanguage(
    typeof lang === 'string' ? lang : undefined,
    request.headers['accept-language'],
  )
  return reply
    .headers({
      'content-security-policy': cancelPagePolicy,
      'content-language': language,
      'x-frame-options': 'DENY',
      vary: 'accept-language',
    })
    .type('text/html; charset=utf-8')
    .serializer((text: unknown) => String(text))
    .send(cancelPage(page, language))
}
