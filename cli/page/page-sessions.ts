import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'

const linkMs = 10 * 60_000
const sessionMs = 12 * 60 * 60_000
const manyLinks = 50
const manySessions = 20

/**
 * Who may use the page. Only hashes are kept, so that a copy of this process's memory on disk opens nothing.
 *
 * 1. A link's token works once, within ten minutes.
 * 2. A session lives twelve hours at most and never longer than this process.
 * 3. A session is a cookie and a key, and neither is worth anything without the other. Browsers show a cookie to
 *    every port of a computer, so another program on it gets to see ours; the key they keep for our origin alone.
 */
export interface PageSessions {
  newLinkToken(): string
  /** Trades a link's token for a session; undefined when it is unknown, used or too old. */
  enter(linkToken: string): PageSession | undefined
  isValid(session: PageSession): boolean
}

export interface PageSession {
  readonly cookie: string
  readonly key: string
}

export function createPageSessions(clock: Clock): PageSessions {
  const links = createExpiring(clock, linkMs, manyLinks)
  const sessions = createExpiring(clock, sessionMs, manySessions)
  return {
    newLinkToken: () => links.add(newToken()),
    enter: (linkToken) => {
      if (!links.take(linkToken)) return undefined
      const session = { cookie: newToken(), key: newToken() }
      sessions.add(both(session))
      return session
    },
    isValid: (session) => sessions.has(both(session)),
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

function both({ cookie, key }: PageSession): string {
  return `${cookie}.${key}`
}

/** Random tokens that end by themselves; beyond the limit the oldest goes. */
function createExpiring(clock: Clock, lifeMs: number, limit: number) {
  const endsAtMs = new Map<string, number>()
  const has = (token: string): boolean => (endsAtMs.get(hashOf(token)) ?? 0) > clock.nowMs()
  return {
    has,
    add: (token: string): string => {
      endsAtMs.set(hashOf(token), clock.nowMs() + lifeMs)
      const [oldest] = endsAtMs.keys()
      if (endsAtMs.size > limit && oldest !== undefined) endsAtMs.delete(oldest)
      return token
    },
    take: (token: string): boolean => {
      const isThere = has(token)
      endsAtMs.delete(hashOf(token))
      return isThere
    },
  }
}

/** Looking a hash up tells nothing by its time about the token behind another hash. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
