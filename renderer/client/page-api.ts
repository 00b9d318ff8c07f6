import {
  clientEvents,
  replySchema,
  type ClientApi,
  type ClientEvent,
  type ClientEventPayload,
  type Reply,
} from '../../shared/client-api.ts'
import type { ErrorCode } from '../../shared/errors.ts'

/** Where the daemon answers, relative to the page that it served. */
export const pagePaths = {
  /** POST `{ token }` → 204 and a cookie: the one-time token of the address becomes a session of the page. */
  enter: 'client-api/enter',
  /** POST `{ name, input }` → `Reply`. */
  request: 'client-api/request',
  /** Server-sent events: `event:` is the name of the event, `data:` its payload as JSON. */
  events: 'client-api/events',
} as const

/** The client behind the page's own origin. `onBack` is called when the way to it was lost and is there again. */
export function pageApi(onBack: () => void): ClientApi {
  const hear = eventSource(onBack)
  return {
    request: async (name, input) => {
      const reply = await post(pagePaths.request, { name, input })
      return reply as Reply<never>
    },
    on: hear,
  }
}

/** Trades the one-time token of the address for a cookie and takes it out of the address. */
export async function enterPage(): Promise<void> {
  const token = /^#token=([A-Za-z0-9_-]+)$/.exec(location.hash)?.[1]
  if (token === undefined) return
  history.replaceState(null, '', location.pathname)
  await fetch(pagePaths.enter, { ...postOptions, body: JSON.stringify({ token }) }).catch(() => undefined)
}

const postOptions = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  credentials: 'same-origin',
  cache: 'no-store',
} as const satisfies RequestInit

async function post(path: string, body: unknown): Promise<Reply<unknown>> {
  const response = await fetch(path, { ...postOptions, body: JSON.stringify(body) }).catch(() => null)
  if (response === null) return failed('CLIENT_UNREACHABLE')
  if (response.status === 401 || response.status === 403) return failed('PAGE_NOT_ENTERED')
  const reply = replySchema.safeParse(await response.json().catch(() => null))
  return reply.success ? reply.data : failed('CLIENT_UNREACHABLE')
}

/** The page's own failures: the program behind it is gone, or this browser was not let in. */
function failed(reason: 'CLIENT_UNREACHABLE' | 'PAGE_NOT_ENTERED'): Reply<unknown> {
  const code: ErrorCode = reason === 'PAGE_NOT_ENTERED' ? 'NOT_ALLOWED' : 'UNEXPECTED'
  return {
    ok: false,
    problem: { code, message: 'The page cannot reach the program it belongs to.', details: { reason } },
  }
}

function eventSource(onBack: () => void): ClientApi['on'] {
  const source = new EventSource(pagePaths.events)
  let wasLost = false
  source.addEventListener('error', () => (wasLost = true))
  source.addEventListener('open', () => {
    if (wasLost) onBack()
    wasLost = false
  })
  return <E extends ClientEvent>(name: E, listener: (payload: ClientEventPayload<E>) => void) => {
    const hear = (message: MessageEvent<string>) => {
      const payload = clientEvents[name].safeParse(JSON.parse(message.data))
      if (payload.success) listener(payload.data as ClientEventPayload<E>)
    }
    source.addEventListener(name, hear)
    return () => source.removeEventListener(name, hear)
  }
}
