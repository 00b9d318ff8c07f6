import { protocol, type Session } from 'electron'
import type { PageFiles } from '../../core/page/page-files.ts'
import { pageHeaders } from '../../core/page/page-policy.ts'
import { isOurPage, pageScheme } from './page-address.ts'

/** Must be called before the app is ready. The scheme may not bypass the policy and has no CORS exception. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: pageScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
}

/** Answers the window's scheme from the interface's build. */
export function servePages(session: Session, files: PageFiles): void {
  session.protocol.handle(pageScheme, async (request) => {
    if (!isOurPage(request.url) || request.method !== 'GET') {
      return new Response(null, { status: 404, headers: pageHeaders })
    }
    const { status, headers, body } = await files.answer(new URL(request.url).pathname)
    return new Response(new Uint8Array(body), { status, headers })
  })
}
