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
 */
export interface PageSessions {
  newLinkToken(): string
  /** Trades a link's token for a session's; undefined when it is unknown, used or too old. */
  enter(linkToken: string): string | undefined
  isValid(sessionToken: string): boolean
}

export function createPageSessions(clock: Clock): PageSessions {
  const links = createExpiring(clock, linkMs, manyLinks)
  const sessions = createExpiring(clock, sessionMs, manySessions)
  return {
    newLinkToken: () => links.add(),
    enter: (linkToken) => (links.take(linkToken) ? sessions.add() : undefined),
    isValid: (sessionToken) => sessions.has(sessionToken),
  }
}

/** Random tokens that end by themselves; beyond the limit the oldest goes. */
function createExpiring(clock: Clock, lifeMs: number, limit: number) {
  const endsAtMs = new Map<string, number>()
  const has = (token: string): boolean => (endsAtMs.get(hashOf(token)) ?? 0) > clock.nowMs()
  return {
    has,
    add: (): string => {
      const token = randomBytes(32).toString('base64url')
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
