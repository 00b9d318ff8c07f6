import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isoOf } from '../../shared/clock.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { connectHandlers } from './connect-handler.ts'

let core: CoreParts
let handlers: ReturnType<typeof connectHandlers>
const servers: Server[] = []
beforeEach(async () => {
  core = await coreParts()
  handlers = connectHandlers(core)
})
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  await core.remove()
})

/** A server whose clock is ahead by so much; `answer` in its place for one that is none. */
async function serverAt(aheadMs: number, answer?: string): Promise<string> {
  const server = createServer((_request, response) => {
    const info = {
      product: 'Holdfast',
      version: '9.9.9',
      apiVersion: 1,
      name: 'Our CBS',
      now: isoOf(core.clock.nowMs() + aheadMs),
    }
    response.end(answer ?? JSON.stringify(info))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

const connect = (address: string) =>
  handlers['server.connect']({ address, allowInsecure: false, caFile: null })

async function signedInAt(address: string): Promise<void> {
  await connect(address)
  await core.session.keep({ address, token: 't', scope: 'full', expiresAt: '2026-01-05T20:00:00.000Z' })
  core.session.holdGrant({ kind: 'export-key' }, 'grant')
}

describe('choosing the server', () => {
  it('says who answers and how far the clocks are apart, and remembers the address', async () => {
    const address = await serverAt(300_000)
    expect(await connect(`${address}/`)).toEqual({
      address,
      name: 'Our CBS',
      version: '9.9.9',
      clockSkewMs: 300_000,
    })
    expect(core.profile.settings().server).toEqual({ address, allowInsecure: false, caFile: null })
  })

  it('changes nothing when something else answers there', async () => {
    const before = core.profile.settings().server
    await expect(connect(await serverAt(0, '<html>'))).rejects.toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
    })
    await expect(connect('http://192.0.2.1')).rejects.toMatchObject({ code: 'SERVER_INSECURE' })
    expect(core.profile.settings().server).toEqual(before)
  })

  it('that is the same one again keeps the session', async () => {
    const address = await serverAt(0)
    await signedInAt(address)
    await connect(address)
    expect(await core.session.current()).toMatchObject({ token: 't' })
  })

  it('that is another one ends the session here and drops its grants', async () => {
    await signedInAt(await serverAt(0))
    await connect(await serverAt(0))
    expect(core.secrets.names()).toEqual([])
    expect(core.session.hasGrant({ kind: 'export-key' })).toBe(false)
  })
})
