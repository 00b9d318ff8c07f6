import { describe, expect, it } from 'vitest'
import { appStatus } from '../testing/fake-client.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'

const secret = 'the password of the proxy'
const handlers = {
  'app.status': () => Promise.resolve(appStatus()),
  'server.connect': () =>
    Promise.resolve({ address: 'https://backup.example', name: 'CBS', version: '1', clockSkewMs: 0 }),
  'signIn.start': () =>
    Promise.resolve({
      step: {
        kind: 'signed-in' as const,
        scope: 'limited' as const,
        expiresAt: '2026-01-05T20:00:00.000Z',
        backupCodes: null,
      },
    }),
}

async function login(flags: readonly string[], answers: readonly string[], isInteractive = false) {
  const ran = await runWithFakes(['login', '--user', 'anna', ...flags], { handlers, answers, isInteractive })
  const connected = ran.client.requests.find(({ name }) => name === 'server.connect')?.input
  return { ...ran, proxy: (connected as { proxy?: unknown } | undefined)?.proxy }
}

describe('holdfast login', () => {
  it('leaves the way to the server as it is without a flag', async () => {
    const { exitCode, proxy } = await login([], ['my password'])
    expect([exitCode, proxy]).toEqual([0, undefined])
  })

  it.each(['system', 'none'])('takes the way %s', async (kind) => {
    expect((await login(['--proxy', kind], ['my password'])).proxy).toEqual({ kind })
  })

  it('takes a proxy with its exceptions, and asks for no password that it does not want', async () => {
    const flags = ['--proxy', 'proxy.example:3128', '--proxy-except', 'intranet, 192.0.2.0/24,']
    expect((await login(flags, ['my password'])).proxy).toEqual({
      kind: 'manual',
      address: 'proxy.example:3128',
      loginName: null,
      exceptions: ['intranet', '192.0.2.0/24'],
    })
  })

  it('reads the password of the proxy from stdin, before the account’s', async () => {
    const flags = ['--proxy', 'proxy.example', '--proxy-user', 'ann']
    const { exitCode, proxy, client, terminal } = await login(flags, [secret, 'my password'])
    expect(exitCode).toBe(0)
    expect(proxy).toMatchObject({ loginName: 'ann', password: secret })
    expect(client.requests.find(({ name }) => name === 'signIn.start')?.input).toMatchObject({
      password: 'my password',
    })
    expect([...terminal.results, ...terminal.remarks].join()).not.toContain(secret)
  })

  it.each([[['--proxy-user', 'ann']], [['--proxy', 'none', '--proxy-except', 'x']]])(
    'refuses %j, which goes with no proxy',
    async (flags) => {
      expect((await login(flags, ['my password'])).exitCode).toBe(2)
    },
  )
})
