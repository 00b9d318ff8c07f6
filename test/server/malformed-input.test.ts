import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemSchema } from '../../shared/errors.ts'
import { apiPrefix } from '../../shared/routes.ts'
import {
  makeCallers,
  namedRoutes,
  onTheWire,
  partNames,
  refusedPaths,
  sendParts,
  spoiledParts,
  type Callers,
} from '../harness/contract-requests.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let callers: Callers

beforeAll(async () => {
  inside = await startInsideServer()
  callers = await makeCallers(inside)
})

afterAll(async () => {
  await inside.dispose()
})

const withInput = namedRoutes.filter(([, route]) => partNames.some((name) => route[name] !== undefined))

describe('malformed input', () => {
  it.each(withInput)('to %s is refused with its paths, and changes nothing', async (_name, route) => {
    const before = inside.dump()
    await fc.assert(
      fc.asyncProperty(spoiledParts(route), async (raw) => {
        const parts = onTheWire(raw)
        fc.pre(parts !== null)
        const paths = refusedPaths(route, parts)
        fc.pre(paths !== null)
        const answer = await sendParts(inside, callers, route, parts)
        expect(answer.statusCode).toBe(400)
        const problem = problemSchema.parse(answer.json())
        expect(problem.code).toBe('INPUT_INVALID')
        expect(problem.details?.['paths']).toEqual(paths)
      }),
      { numRuns: 60, maxSkipsPerRun: 50 },
    )
    expect(inside.dump()).toEqual(before)
  })

  it('that is no JSON of an object is refused on every route that takes a body, and changes nothing', async () => {
    const before = inside.dump()
    const bodies = [
      '{',
      'null',
      '[]',
      '"text"',
      '\u0000',
      '{"__proto__":{"isAdmin":true}}',
      '['.repeat(50_000),
    ]
    for (const [name, route] of withInput.filter(([, { body }]) => body !== undefined)) {
      for (const body of bodies) {
        const answer = await inside.app.inject({
          method: route.method,
          url: `${apiPrefix}${route.path.replace(/:\w+/g, 'x')}`,
          headers: {
            authorization: callers.authorizations[route.permission],
            'content-type': 'application/json',
          },
          body,
        })
        expect(answer.statusCode, `${name} ${body.slice(0, 20)}`).toBe(400)
        expect(problemSchema.parse(answer.json()).code).toBe('INPUT_INVALID')
      }
    }
    expect(inside.dump()).toEqual(before)
  })
})
