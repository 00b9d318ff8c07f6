import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filledSet, sha256, startWorld } from './world.fixture.ts'

const types = ['config', 'keys', 'data', 'index', 'snapshots', 'locks'] as const

/** Any request that somebody with a backup lease might think of. `old` = one of the objects that were there. */
const anyRequest = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'POST', 'DELETE', 'DELETE'),
  type: fc.constantFrom(...types),
  name: fc.oneof(
    fc.record({ kind: fc.constant('old' as const), position: fc.nat(20) }),
    fc.record({ kind: fc.constant('own' as const), size: fc.integer({ min: 0, max: 50 }) }),
    fc.record({
      kind: fc.constant('odd' as const),
      text: fc.constantFrom('', '..', '../config', 'x', '%2e%2e/config'),
    }),
  ),
  body: fc.uint8Array({ maxLength: 60 }),
})

describe('no sequence of requests of a backup lease', () => {
  it('makes an object that was there unreadable, or changes it', async () => {
    const world = await startWorld()
    const person = await world.addPerson()
    const computer = await person.addComputer()
    const set = await filledSet(world, computer)
    const before = new Map<string, Buffer>()
    const reader = async () =>
      world.rest(await set.restore(await person.grant({ kind: 'restore', backupSetId: set.id })))
    const first = await reader()
    for (const type of ['keys', 'data', 'index', 'snapshots'] as const)
      for (const name of await first.names(type))
        before.set(`${type}/${name}`, await first.bytes(`${type}/${name}`))
    before.set('config', await first.bytes('config'))
    const oldPaths = [...before.keys()]

    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest, { minLength: 1, maxLength: 15 }),
        fc.boolean(),
        async (requests, isAtOnce) => {
          const thief = world.rest(await set.start('backup'))
          const send = async ({ method, type, name, body }: (typeof requests)[number]): Promise<void> => {
            const own = randomBytes(name.kind === 'own' ? name.size : 0)
            const path =
              name.kind === 'old'
                ? (oldPaths[name.position % oldPaths.length] ?? '')
                : type === 'config'
                  ? 'config'
                  : `${type}/${name.kind === 'own' ? sha256(own) : name.text}`
            const content = name.kind === 'own' ? own : Buffer.from(body)
            const status = await thief.status(method, path, method === 'POST' ? { body: content } : {})
            expect(status).toBeLessThan(500)
          }
          if (isAtOnce) await Promise.all(requests.map(send))
          else for (const request of requests) await send(request)

          const after = await reader()
          for (const [path, bytes] of before) expect((await after.bytes(path)).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
    await world.close()
  })
})
