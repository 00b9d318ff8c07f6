import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isoOf } from '../../shared/clock.ts'
import type { ManualProxy, ProxyChoice } from '../../shared/model/proxy.ts'
import { startProxy } from '../proxy/proxy.fixture.ts'
import { currentRoute } from '../proxy/proxy-settings.ts'
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

const connect = (address: string, proxy?: ProxyChoice) =>
  handlers['server.connect']({
    address,
    allowInsecure: false,
    caFile: null,
    ...(proxy === undefined ? {} : { proxy }),
  })

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

describe('choosing the way to the server', () => {
  const manual: ManualProxy = {
    kind: 'manual',
    address: 'proxy.example:3128',
    loginName: 'ann',
    exceptions: [],
  }
  const secret = 'the password of the proxy'
  const route = () => currentRoute(core, 'https://cbs.example')

  it('keeps the proxy in the settings and its password in the secret store only', async () => {
    await connect(await serverAt(0), { ...manual, password: secret })
    const { proxy, hasProxyPassword } = core.profile.settings()
    expect(proxy).toEqual({ ...manual, address: 'http://proxy.example:3128' })
    expect(hasProxyPassword).toBe(true)
    expect(JSON.stringify(core.profile.settings())).not.toContain(secret)
    expect(await readFile(join(core.profile.folder, 'settings.json'), 'utf8')).not.toContain(secret)
    expect(core.logged.join()).not.toContain(secret)
    expect(await route()).toEqual({
      address: 'http://proxy.example:3128',
      loginName: 'ann',
      password: secret,
    })
  })

  it('asks for no password again while proxy and login name stay', async () => {
    await connect(await serverAt(0), { ...manual, password: secret })
    await connect(await serverAt(0), { ...manual, exceptions: ['intranet'] })
    await connect(await serverAt(0))
    expect((await route())?.password).toBe(secret)
  })

  it.each([
    ['another proxy', { ...manual, address: 'http://thief.example:3128' }],
    ['another login name', { ...manual, loginName: 'mallory' }],
  ])('never shows the kept password to %s', async (_what, choice) => {
    await connect(await serverAt(0), { ...manual, password: secret })
    await connect(await serverAt(0), choice)
    expect((await route())?.password).toBeNull()
    expect(core.secrets.names()).not.toContain('proxy-password')
  })

  it('never shows it to another proxy either when somebody edits the settings file', async () => {
    await connect(await serverAt(0), { ...manual, password: secret })
    await core.profile.update({ proxy: { ...manual, address: 'http://thief.example:3128' } })
    expect((await route())?.password).toBeNull()
  })

  it('changes nothing when no server answers that way', async () => {
    await connect(await serverAt(0), { ...manual, password: secret })
    const before = core.profile.settings()
    const proxy = await startProxy()
    proxy.refuse('403 Forbidden')
    const other = { ...manual, address: proxy.address, password: 'other' }
    const failing = handlers['server.connect']({
      address: 'https://cbs.example',
      allowInsecure: false,
      caFile: null,
      proxy: other,
    })
    await expect(failing).rejects.toMatchObject({ code: 'PROXY_REFUSED' })
    await proxy.stop()
    expect(core.profile.settings()).toEqual(before)
    expect((await route())?.password).toBe(secret)
  })

  it('changes nothing when the secret store cannot keep the password', async () => {
    const address = await serverAt(0)
    const before = core.profile.settings()
    core.secrets.failNext('write', 'SECRET_STORE_LOCKED')
    await expect(connect(address, { ...manual, password: secret })).rejects.toMatchObject({
      code: 'SECRET_STORE_LOCKED',
    })
    expect(core.profile.settings()).toEqual(before)
  })

  it('forgets the password with the proxy', async () => {
    await connect(await serverAt(0), { ...manual, password: secret })
    await connect(await serverAt(0), { kind: 'none' })
    expect(core.profile.settings()).toMatchObject({ proxy: { kind: 'none' }, hasProxyPassword: false })
    expect(core.secrets.names()).toEqual([])
    expect(await route()).toBeNull()
  })

  it('does not end the session: it is the same server', async () => {
    const address = await serverAt(0)
    await signedInAt(address)
    await connect(address, { kind: 'none' })
    expect(await core.session.current()).toMatchObject({ token: 't' })
  })
})

describe('what an administrator fixed', () => {
  const manual: ManualProxy = {
    kind: 'manual',
    address: 'http://127.0.0.1:9',
    loginName: 'ann',
    exceptions: [],
  }

  it('is the server with its certificate: neither another address nor another authority is taken', async () => {
    const address = await serverAt(0)
    const server = { address, allowInsecure: false, caFile: '/etc/holdfast/ca.pem' }
    const fixed = connectHandlers({ ...core, fixed: { server, proxy: null } })['server.connect']
    const before = core.profile.settings()
    for (const input of [
      { address: await serverAt(0), allowInsecure: false, caFile: null },
      { address, allowInsecure: false, caFile: null },
      { address, allowInsecure: true, caFile: null },
    ]) {
      await expect(fixed(input)).rejects.toMatchObject({
        code: 'NOT_ALLOWED',
        details: { paths: ['address'], reason: 'fixed' },
      })
    }
    expect(core.profile.settings()).toEqual(before)
  })

  it('is the proxy, whose password is still a person’s to give', async () => {
    const address = await serverAt(0)
    const fixed = connectHandlers({ ...core, fixed: { server: null, proxy: manual } })['server.connect']
    const server = { address, allowInsecure: false, caFile: null }
    for (const proxy of [{ kind: 'none' } as const, { ...manual, loginName: null }]) {
      await expect(fixed({ ...server, proxy })).rejects.toMatchObject({
        code: 'NOT_ALLOWED',
        details: { paths: ['proxy'], reason: 'fixed' },
      })
    }
    await fixed({ ...server, proxy: { ...manual, password: 'secret' } })
    expect(core.profile.settings()).toMatchObject({ proxy: manual, hasProxyPassword: true })
  })
})
