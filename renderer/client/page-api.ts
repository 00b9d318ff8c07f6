import { z } from 'zod'
import {
  clientEvents,
  replySchema,
  type ClientApi,
  type ClientEvent,
  type ClientEventPayload,
  type Reply,
} from '../../shared/client-api.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { hearEvents } from './page-events.ts'

/** Where the daemon answers, relative to the page that it served. */
export const pagePaths = {
  /** POST `{ token }` → a cookie and `{ key }`: the one-time token of the address becomes a session of the page. */
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

/** Trades the one-time token of the address for a cookie and a key, and takes it out of the address. */
export async function enterPage(): Promise<void> {
  const token = /^#token=([A-Za-z0-9_-]+)$/.exec(location.hash)?.[1]
  if (token === undefined) return
  history.replaceState(null, '', location.pathname)
  const reply = await post(pagePaths.enter, { token })
  const entered = enteredSchema.safeParse(reply)
  // Cookies go to every port of a computer; this storage belongs to our port alone.
  if (entered.success) localStorage.setItem(keyStoredUnder, entered.data.value.key)
}

const enteredSchema = z.object({ ok: z.literal(true), value: z.object({ key: z.string() }) })
const keyStoredUnder = 'holdfast.page'

function options(): { credentials: 'same-origin'; cache: 'no-store'; headers: Record<string, string> } {
  const headers = { 'x-holdfast-page': localStorage.getItem(keyStoredUnder) ?? '' }
  return { credentials: 'same-origin', cache: 'no-store', headers }
}

async function post(path: string, body: unknown): Promise<Reply<unknown>> {
  const { headers, ...rest } = options()
  const response = await fetch(path, {
    ...rest,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null)
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
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  hearEvents({
    connect: () => fetch(pagePaths.events, options()),
    onEvent: (name, data) => {
      const heard = listeners.get(name)
      if (heard === undefined || heard.size === 0) return
      const payload = clientEvents[name as ClientEvent].safeParse(JSON.parse(data))
      if (payload.success) for (const each of heard) each(payload.data)
    },
    onBack,
  })
  return <E extends ClientEvent>(name: E, listener: (payload: ClientEventPayload<E>) => void) => {
    const hear = (payload: unknown): void => listener(payload as ClientEventPayload<E>)
    const heard = listeners.get(name) ?? new Set()
    listeners.set(name, heard.add(hear))
    return () => heard.delete(hear)
  }
}
