import { mkdtemp, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { appStatus, fakeClient, type FakeClient } from '../../cli/testing/fake-client.ts'
import { ids, jobRun } from '../../cli/testing/samples.ts'
import { attach, type AttachedClient } from '../../core/attach/attach.ts'
import { serveOwner, type OwnerServer } from '../../core/attach/serve.ts'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'

const open: { server: OwnerServer; clients: AttachedClient[] }[] = []

afterEach(async () => {
  for (const { server, clients } of open.splice(0)) {
    for (const client of clients) client.close()
    await server.stop()
  }
})

async function socketPath(): Promise<string> {
  return path.join(await mkdtemp(path.join(tmpdir(), 'owner-')), 'owner.sock')
}

async function owner(handlers: Partial<ClientHandlers>): Promise<{
  socket: string
  server: OwnerServer
  fake: FakeClient
  readonly client: () => Promise<AttachedClient>
}> {
  const socket = await socketPath()
  const fake = fakeClient(handlers)
  const server = await serveOwner(fake, socket)
  const clients: AttachedClient[] = []
  open.push({ server, clients })
  return {
    socket,
    server,
    fake,
    client: async () => {
      const client = await attach(socket)
      if (client === undefined) throw new Error('Nobody listens.')
      clients.push(client)
      return client
    },
  }
}

/** Sends bytes, one write for each part, and returns the first line of the answer. */
function raw(socket: string, parts: Iterable<string | Uint8Array>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socket, () => {
      connection.setNoDelay(true)
      for (const part of parts) connection.write(part)
    })
    let received = ''
    connection.setEncoding('utf8').on('data', (text: string) => {
      received += text
      if (!received.includes('\n')) return
      connection.end()
      resolve(JSON.parse(received.split('\n')[0] ?? ''))
    })
    connection.on('error', reject)
  })
}

describe('a process that attaches to the owner of a profile', () => {
  it('gets the owner’s answers', async () => {
    const { client } = await owner({ 'app.status': () => Promise.resolve(appStatus()) })
    const { api } = await client()
    expect(await api.request('app.status', {})).toEqual({ ok: true, value: appStatus() })
  })

  it('gets failures with their code and details', async () => {
    const problem = { code: 'RATE_LIMITED', message: 'Later.', details: { retryAfterSeconds: 5 } } as const
    const { client } = await owner({
      'account.me': () =>
        Promise.reject(new AppError(problem.code, problem.message, { details: problem.details })),
    })
    const { api } = await client()
    expect(await api.request('account.me', {})).toEqual({ ok: false, problem })
  })

  it('gets each answer to its own request, in whatever order they come', async () => {
    const waiting: ((value: ReturnType<typeof appStatus>) => void)[] = []
    const { client } = await owner({
      'app.status': () => new Promise((resolve) => waiting.push(resolve)),
      'sets.list': () => Promise.resolve({ backupSets: [] }),
    })
    const { api } = await client()
    const slow = api.request('app.status', {})
    expect(await api.request('sets.list', {})).toEqual({ ok: true, value: { backupSets: [] } })
    waiting[0]?.(appStatus({ loginName: 'bea' }))
    expect(await slow).toMatchObject({ ok: true, value: { loginName: 'bea' } })
  })

  it('hears the owner’s events, until it stops listening', async () => {
    const { client, fake } = await owner({ 'app.status': () => Promise.resolve(appStatus()) })
    const { api } = await client()
    const heard: string[] = []
    const stop = api.on('run.ended', ({ run }) => heard.push(run.id))
    await api.request('app.status', {})
    fake.emit('run.ended', { run: jobRun({ id: ids.run('A') }) })
    await api.request('app.status', {})
    stop()
    fake.emit('run.ended', { run: jobRun({ id: ids.run('B') }) })
    await api.request('app.status', {})
    expect(heard).toEqual([ids.run('A')])
  })

  it('finds nobody where no socket is, or only what a dead owner left', async () => {
    const socket = await socketPath()
    expect(await attach(socket)).toBeUndefined()
    await writeFile(socket, '')
    expect(await attach(socket)).toBeUndefined()
  })

  it('is told when the owner goes before it answered', async () => {
    const { client, server } = await owner({ 'app.status': () => Promise.resolve(appStatus()) })
    const { api } = await client()
    await api.request('app.status', {})
    await server.stop()
    expect(await api.request('app.status', {})).toMatchObject({
      ok: false,
      problem: { code: 'PROFILE_IN_USE' },
    })
  })

  it('does not trust an owner whose answers do not fit the contract', async () => {
    const { client } = await owner({ 'app.status': () => Promise.resolve({ version: 7 } as never) })
    const { api } = await client()
    expect(await api.request('app.status', {})).toMatchObject({
      ok: false,
      problem: { code: 'UNEXPECTED' },
    })
  })
})

describe('the owner of a profile', () => {
  it('listens where only its own user can reach it', async () => {
    const { socket } = await owner({})
    expect((await stat(socket)).mode & 0o077).toBe(0)
  })

  it('takes the place of what a dead owner left', async () => {
    const socket = await socketPath()
    await writeFile(socket, 'left behind')
    const server = await serveOwner(fakeClient({}), socket)
    open.push({ server, clients: [] })
    expect(await raw(socket, ['{}\n'])).toMatchObject({ reply: { ok: false } })
  })

  it.each([
    ['no JSON', 'hello\n', 'INPUT_INVALID'],
    ['no request', '{"id":"1"}\n', 'INPUT_INVALID'],
    ['a request that does not exist', '{"id":1,"name":"fs.read","input":{}}\n', 'NOT_FOUND'],
    ['a name that every object has', '{"id":1,"name":"constructor","input":{}}\n', 'NOT_FOUND'],
    ['input of the wrong form', '{"id":1,"name":"devices.revoke","input":{"deviceId":7}}\n', 'INPUT_INVALID'],
  ])('answers %s with its code', async (_what, text, code) => {
    const { socket } = await owner({})
    expect(await raw(socket, [text])).toMatchObject({ reply: { ok: false, problem: { code } } })
  })

  it('repeats nothing of a malformed request, which may hold a password', async () => {
    const { socket } = await owner({})
    const text = '{"id":1,"name":"signIn.start","input":{"password":"hunter2"}}\n'
    const answer = await raw(socket, [text, text.slice(0, -3), '\n'])
    expect(JSON.stringify(answer)).not.toContain('hunter2')
  })

  it('understands a request however its bytes arrive', async () => {
    const { socket } = await owner({
      'app.status': () => Promise.resolve(appStatus({ loginName: 'Ünal 日本' })),
    })
    const bytes = Buffer.from('{"id":7,"name":"app.status","input":{"extra":"日本"}}\n')
    const answer = await raw(
      socket,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    )
    expect(answer).toMatchObject({ id: 7, reply: { ok: true, value: { loginName: 'Ünal 日本' } } })
  })

  it('answers what it has before it goes', async () => {
    let finish: (() => void) | undefined
    const { client, server } = await owner({
      'app.status': () => new Promise((resolve) => (finish = () => resolve(appStatus()))),
    })
    const { api } = await client()
    const reply = api.request('app.status', {})
    await expect.poll(() => finish).toBeTypeOf('function')
    const stopped = server.stop()
    finish?.()
    expect(await reply).toMatchObject({ ok: true })
    await stopped
  })

  it('goes on when a process that attached goes away in the middle', async () => {
    const { socket, fake } = await owner({ 'app.status': () => Promise.resolve(appStatus()) })
    await new Promise<void>((resolve) => {
      const connection = createConnection(socket, () => {
        connection.write('{"id":1,"name":"app.status","input":{}}\n')
        connection.destroy()
        resolve()
      })
    })
    fake.emit('session.changed', { isSignedIn: true })
    expect(await raw(socket, ['{"id":2,"name":"app.status","input":{}}\n'])).toMatchObject({ id: 2 })
  })
})
