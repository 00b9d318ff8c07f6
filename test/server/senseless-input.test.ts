import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RouteName } from '../../shared/routes.ts'
import {
  makeCallers,
  namedRoutes,
  onTheWire,
  sendParts,
  validParts,
  type Callers,
  type Parts,
} from '../harness/contract-requests.ts'
import type { InsideServer } from '../harness/inside-server.ts'
import { describeServerOnEveryStore } from '../harness/on-every-store.ts'

/** These end what the caller proves itself with, so that the next request would say nothing. */
const ending = new Set<RouteName>(['signOut', 'cancelTransaction', 'endLease'])

/** Some fields name what is really there, so that requests get past the first "there is none". */
function mixedIn(parts: Parts, known: Callers['known'], isMixed: boolean): Parts {
  if (!isMixed) return parts
  const mix = (part: unknown): unknown =>
    typeof part !== 'object' || part === null
      ? part
      : Object.fromEntries(Object.entries(part).map(([name, value]) => [name, known[name] ?? value]))
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, mix(part)]))
}

function wellFormedInputSuite(open: () => Promise<InsideServer>): void {
  let inside: InsideServer
  let callers: Callers

  beforeAll(async () => {
    inside = await open()
    callers = await makeCallers(inside)
  })

  afterAll(async () => {
    await inside.dispose()
  })

  it.each(namedRoutes.filter(([name]) => !ending.has(name)))(
    'to %s is no unexpected failure',
    async (_name, route) => {
      await fc.assert(
        fc.asyncProperty(validParts(route), fc.boolean(), async (raw, isMixed) => {
          const parts = onTheWire(mixedIn(raw, callers.known, isMixed))
          fc.pre(parts !== null)
          const answer = await sendParts(inside, callers, route, parts)
          expect(answer.body).not.toContain('UNEXPECTED')
        }),
        { numRuns: 40 },
      )
      expect(inside.log()).not.toContain('A request failed unexpectedly.')
    },
  )
}

describeServerOnEveryStore('well-formed input that makes no sense', wellFormedInputSuite)
