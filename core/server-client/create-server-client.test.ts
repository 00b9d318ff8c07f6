import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { FakeClock } from '../../shared/clock.ts'
import { backupSetIdSchema, factorIdSchema } from '../../shared/model/ids.ts'
import { askServer } from './clock-skew.ts'
import { afterEach, describe, expect, it } from 'vitest'
import {
  info,
  secret,
  warnings,
  endServers,
  listen,
  clientOf,
  clientAt,
  json,
  bodyOf,
  failureOf,
  signIn,
  type Answerer,
} from './http-server.fixture.ts'

afterEach(endServers)

describe('a request to the server', () => {
  it('puts path parameters, query and body where the contract says', async () => {
    const seen: string[] = []
    const server = await clientOf(async (request, response) => {
      seen.push(`${String(request.method)} ${String(request.url)} ${await bodyOf(request)}`)
      json(200, { runs: [], done: true })(request, response)
    })
    const bearer = { kind: 'bearer', token: 't' } as const
    const backupSetId = backupSetIdSchema.parse(`set_${'a'.repeat(22)}`)
    const factorId = factorIdSchema.parse(`fac_${'b'.repeat(22)}`)
    await server.call('runs', { backupSetId, limit: 7 }, bearer)
    await server.call('removeFactor', { factorId, grantToken: 'g' }, bearer)
    await server.call('signOut', {}, bearer)
    expect(seen).toEqual([
      `GET /api/v1/backup-sets/${backupSetId}/runs?limit=7 `,
      `DELETE /api/v1/factors/${factorId} {"grantToken":"g"}`,
      'POST /api/v1/sign-out ',
    ])
  })

  it.each([
    ['nothing', { kind: 'none' }, undefined],
    ['a token', { kind: 'bearer', token: 'abc' }, 'Bearer abc'],
    [
      'a lease',
      { kind: 'lease', leaseId: 'lea_1', secret: 'pw' },
      `Basic ${Buffer.from('lea_1:pw').toString('base64')}`,
    ],
  ] as const)('proves itself with %s', async (_what, credentials, header) => {
    let seen: string | undefined
    const server = await clientOf((request, response) => {
      seen = request.headers.authorization
      json(200, info)(request, response)
    })
    await server.call('serverInfo', {}, credentials)
    expect(seen).toBe(header)
  })

  it('throws the server’s own problem with its details, and the id that finds it in the server’s log', async () => {
    const problem = { code: 'PASSCODE_WRONG', message: 'Wrong.', details: { triesLeft: 2 }, errorId: 'err_1' }
    const server = await clientOf(json(422, problem))
    expect(
      await failureOf(server.call('prove', { code: '123456' }, { kind: 'bearer', token: 't' })),
    ).toMatchObject({
      code: 'PASSCODE_WRONG',
      details: { triesLeft: 2, serverErrorId: 'err_1' },
    })
  })

  it('tells when a session ended, by the token that ended, and not for other failures', async () => {
    const ended: string[] = []
    const onSessionEnded = async (token: string): Promise<void> => void ended.push(token)
    const over = await clientOf(json(401, { code: 'SESSION_ENDED', message: 'Over.' }), { onSessionEnded })
    const other = await clientOf(json(403, { code: 'STEP_UP_REQUIRED', message: 'Again.' }), {
      onSessionEnded,
    })
    await failureOf(over.call('me', {}, { kind: 'bearer', token: 'mine' }))
    await failureOf(other.call('me', {}, { kind: 'bearer', token: 'mine' }))
    expect(ended).toEqual(['mine'])
  })
})

describe('what is not the contract', () => {
  const page = '<html>Welcome to the hotel. Please accept our terms.</html>'
  it.each<[string, RequestListener, object]>([
    [
      'a sign-in page with status 200',
      (_q, r) => r.writeHead(200, { 'content-type': 'text/html' }).end(page),
      { reason: 'not-json', status: 200 },
    ],
    ['a page with status 404', (_q, r) => r.writeHead(404).end(page), { reason: 'not-json', status: 404 }],
    ['a page with status 511', (_q, r) => r.writeHead(511).end(page), { reason: 'not-json', status: 511 }],
    ['an empty answer', (_q, r) => r.writeHead(200).end(), { reason: 'not-json' }],
    ['another server’s JSON', json(200, { hello: 'world' }), { reason: 'wrong-shape' }],
    ['another server’s error', json(404, { error: 'no' }), { reason: 'unknown-problem' }],
    [
      'a problem of a code nobody knows',
      json(400, { code: 'NEW_ONE', message: 'x' }),
      { reason: 'unknown-problem' },
    ],
    ['JSON that is cut off', (_q, r) => r.writeHead(200).end('{"product":"Hold'), { reason: 'not-json' }],
  ])('%s is refused', async (_what, answer, details) => {
    expect(await failureOf((await clientOf(answer)).call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
      details,
    })
  })

  it('a redirect is refused: the password goes to no second address', async () => {
    let reached = 0
    const other = await listen(
      createServer((request, response) => {
        reached += 1
        json(200, {})(request, response)
      }),
    )
    const location = `http://127.0.0.1:${String(other)}/`
    for (const status of [301, 302, 307, 308]) {
      const server = await clientOf((_q, r) => r.writeHead(status, { location }).end())
      expect(await failureOf(server.call('signInStart', signIn, { kind: 'none' }))).toMatchObject({
        code: 'SERVER_ANSWER_UNKNOWN',
        details: { reason: 'redirect' },
      })
    }
    expect(reached).toBe(0)
  })

  it('something that does not speak HTTP is refused', async () => {
    const port = await listen(createTcpServer((socket) => socket.resume().end('220 mail.example ESMTP\r\n')))
    expect(await failureOf(clientAt(port).call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
      details: { reason: 'not-http' },
    })
  })

  it('an answer without end is refused', async () => {
    const server = await clientOf((_q, r) => {
      const more = (): void => {
        if (!r.destroyed) r.write('x'.repeat(1 << 20), () => setImmediate(more))
      }
      more()
    })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
      details: { reason: 'too-long' },
    })
  })
})

describe('a failure of any kind', () => {
  it.each<[string, Answerer]>([
    ['a cut connection', (request) => request.socket.destroy()],
    ['a page', (_q, r) => r.writeHead(200).end('<html>')],
    [
      'an echo of everything',
      async (request, response) =>
        response.writeHead(400).end((await bodyOf(request)) + JSON.stringify(request.headers)),
    ],
    [
      'a redirect that quotes',
      async (request, response) => response.writeHead(302, { location: `/${await bodyOf(request)}` }).end(),
    ],
  ])('tells nothing of password or token: %s', async (_what, answer) => {
    const server = await clientOf(answer)
    const { whole } = await failureOf(server.call('signInStart', signIn, { kind: 'bearer', token: secret }))
    expect(whole).not.toContain(secret)
    expect(JSON.stringify(warnings)).not.toContain(secret)
  })
})

describe('the clocks', () => {
  it('are compared at the middle of the request', async () => {
    const clock = new FakeClock(Date.parse(info.now) - 10_000)
    const server = await clientOf(
      (request, response) => {
        clock.advance(2_000)
        json(200, info)(request, response)
      },
      { clock },
    )
    expect(await askServer(server, clock)).toEqual({ info, skewMs: 9_000 })
  })
})
