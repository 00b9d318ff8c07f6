import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import type { ErrorCode, ErrorDetails } from '../../shared/errors.ts'
import { appStatus, failingFirst } from '../testing/fake-client.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'

const made = { loginName: 'zoe@example.org', expiresAt: '2026-02-04T08:00:00.000Z' }
const code = 'k7m2p-x9w4t-b3n8r-c9d4f'

function handlers(needsInvitation: boolean, more: Partial<ClientHandlers> = {}): Partial<ClientHandlers> {
  return {
    'app.status': () => Promise.resolve(appStatus()),
    'server.connect': ({ address }) =>
      Promise.resolve({ address, name: 'CBS', version: '0.1.0', clockSkewMs: 0 }),
    'trial.offer': () => Promise.resolve({ offer: { days: 30, needsInvitation } }),
    'trial.ask': () => Promise.resolve({ done: true }),
    'trial.register': () => Promise.resolve(made),
    ...more,
  }
}
const inputOf = (ran: Awaited<ReturnType<typeof runWithFakes>>, name: string) =>
  ran.client.requests.filter((each) => each.name === name).map(({ input }) => input)

describe('holdfast register', () => {
  it('asks for the mail, takes its code and a password typed twice, and says how to go on', async () => {
    const ran = await runWithFakes(['register'], {
      handlers: handlers(false),
      answers: [' zoe@example.org ', code, 'a good password', 'a typo', 'a good password', 'a good password'],
    })
    expect(ran.exitCode).toBe(0)
    expect(inputOf(ran, 'trial.ask')).toEqual([{ email: 'zoe@example.org' }])
    expect(inputOf(ran, 'trial.register')).toEqual([
      { email: 'zoe@example.org', code, newPassword: 'a good password' },
    ])
    expect(ran.terminal.results.join('\n')).toMatch(/registered until 2026-02-04.*\n.*holdfast login/)
  })

  it('asks for the invitation where there is one, and takes the rest from a script', async () => {
    const ran = await runWithFakes(['register', 'zoe@example.org', '--name', 'Zoë Lang', '--json'], {
      handlers: handlers(true),
      answers: ['summer-fair', code, 'a good password'],
      isInteractive: false,
    })
    expect(inputOf(ran, 'trial.ask')).toEqual([{ email: 'zoe@example.org', invitationCode: 'summer-fair' }])
    expect(inputOf(ran, 'trial.register')).toMatchObject([{ displayName: 'Zoë Lang' }])
    expect(ran.json()).toEqual([{ isRegistered: true, ...made }])
  })

  it('asks for another password while the server finds it unfit, and for nothing else again', async () => {
    const details = { paths: ['newPassword'], reason: 'too-common' }
    const unfit: [ErrorCode, ErrorDetails] = ['INPUT_INVALID', details]
    const given = (failure: Parameters<typeof failingFirst>[0]) => ({
      handlers: handlers(false, { 'trial.register': failingFirst(failure, () => made) }),
      answers: [code, 'password1', 'password1', 'a good password', 'a good password'],
    })
    const arguments_ = ['register', 'zoe@example.org', '--have-code']
    const ran = await runWithFakes(arguments_, given([unfit]))
    expect([ran.exitCode, inputOf(ran, 'trial.register').length]).toEqual([0, 2])
    expect(inputOf(ran, 'trial.ask')).toEqual([])
    expect((await runWithFakes(arguments_, given([['PASSCODE_WRONG']]))).exitCode).toBe(32)
    expect((await runWithFakes(arguments_, given([['INPUT_INVALID', { paths: ['email'] }]]))).exitCode).toBe(
      2,
    )
  })

  it('asks for nothing where the server offers none', async () => {
    const offer = { 'trial.offer': () => Promise.resolve({ offer: null }) }
    const ran = await runWithFakes(['register', '--json'], { handlers: handlers(false, offer) })
    expect(ran.exitCode).toBe(6)
    expect(ran.json()).toMatchObject([{ problem: { code: 'NOT_ALLOWED' } }])
  })

  it('has no flag for a password or a code', async () => {
    const ran = await runWithFakes(['register', '--help'])
    expect(ran.terminal.results.join('\n')).not.toMatch(/--(new-)?password|--code|--invitation/)
    expect((await runWithFakes(['register', '--password', 'x'])).exitCode).toBe(2)
  })
})
