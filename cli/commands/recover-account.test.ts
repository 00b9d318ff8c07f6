import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { AppError } from '../../shared/errors.ts'
import { appStatus } from '../testing/fake-client.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { challenge, option, signedIn } from '../testing/samples.ts'

const readyAt = '2026-01-08T08:00:00.000Z'
const endsAt = '2026-01-11T08:00:00.000Z'
const connected: Partial<ClientHandlers> = {
  'app.status': () => Promise.resolve(appStatus()),
  'server.connect': ({ address }) =>
    Promise.resolve({ address, name: 'CBS', version: '0.1.0', clockSkewMs: 0 }),
}
const chooser: ClientStep = { kind: 'choose-method', options: [option('A')], canRecover: true }
const enterCode = { kind: 'enter-code', challenge: challenge() } as const
const number = { kind: 'recover-by-phone', lastDigits: '42', waitHours: 72, isReady: false } as const

function handlers(isReady: boolean): Partial<ClientHandlers> {
  let tries = 0
  return {
    ...connected,
    'signIn.start': () => Promise.resolve({ step: chooser }),
    'transaction.startRecovery': () => Promise.resolve({ step: { ...number, isReady } }),
    'transaction.recoveryNumber': () => {
      tries += 1
      return tries === 1
        ? Promise.reject(new AppError('PASSCODE_WRONG', 'No.', { details: { triesLeft: 4 } }))
        : Promise.resolve({ step: enterCode })
    },
    'transaction.prove': () =>
      Promise.resolve({ step: isReady ? signedIn() : { kind: 'recovery-waiting', readyAt, endsAt } }),
  }
}

describe('holdfast recover-account', () => {
  it('asks for the whole number until it is right, and says when to come back', async () => {
    const answers = ['secret', '+49 1512 0000042', '+49 1519 9999942', '581883']
    const ran = await runWithFakes(['recover-account', '--user', 'anna', '--json'], {
      handlers: handlers(false),
      answers,
    })
    expect(ran.exitCode).toBe(0)
    expect(JSON.parse(ran.terminal.results.join(''))).toEqual({ isWaiting: true, readyAt, endsAt })
    expect(ran.terminal.remarks.join('\n')).toContain('4 tries left')
    expect(ran.client.requests.map(({ name }) => name)).not.toContain('transaction.chooseMethod')
  })

  it('ends signed in after the waiting time', async () => {
    const answers = ['secret', '+49 1512 0000042', '+49 1519 9999942', '581883']
    const ran = await runWithFakes(['recover-account', '--user', 'anna'], {
      handlers: handlers(true),
      answers,
    })
    expect(ran.terminal.results.join('\n')).toContain('with a new second factor')
  })

  it('cancels with the token of a message, and refuses what is none', async () => {
    const cancelToken = 'c'.repeat(43)
    const given = { handlers: { 'recovery.cancelByToken': () => Promise.resolve({ wasWaiting: true }) } }
    const ran = await runWithFakes(['recover-account', 'cancel', cancelToken], given)
    expect(ran.client.requests).toEqual([{ name: 'recovery.cancelByToken', input: { cancelToken } }])
    expect(ran.terminal.results.join()).toContain('is stopped')
    expect((await runWithFakes(['recover-account', 'cancel', 'short'], given)).exitCode).toBe(2)
  })

  it('cancels the recovery of the signed-in account without one', async () => {
    const ran = await runWithFakes(['recover-account', 'cancel'], {
      handlers: { 'recovery.cancel': () => Promise.resolve({ wasWaiting: false }) },
    })
    expect(ran.terminal.results.join()).toContain('nothing to stop')
  })
})

describe('holdfast password forgot', () => {
  it('asks for the mail, takes its code, and ends with another password', async () => {
    const ran = await runWithFakes(['password', 'forgot', 'anna'], {
      handlers: {
        ...connected,
        'password.forgot': () => Promise.resolve({ done: true }),
        'password.startReset': () => Promise.resolve({ step: enterCode }),
        'transaction.prove': () => Promise.resolve({ step: { kind: 'change-password' } }),
        'transaction.changePassword': () => Promise.resolve({ step: { kind: 'password-changed' } }),
      },
      answers: ['k7m2p-x9w4t-b3n8r-c9d4f', '581883', 'a new password', 'a new password'],
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.terminal.remarks.join()).not.toContain('works once. Choose your own')
    expect(ran.terminal.results.join()).toContain('is replaced')
  })
})

describe('holdfast email set', () => {
  it('registers the address that the passcode went to', async () => {
    const ran = await runWithFakes(['email', 'set', 'anna@example.org'], {
      handlers: {
        'account.setEmail': () => Promise.resolve({ step: enterCode }),
        'transaction.prove': () =>
          Promise.resolve({
            step: { kind: 'contact-proven', contact: 'email', maskedDestination: 'an•••@example.org' },
          }),
      },
      answers: ['581883'],
    })
    expect(ran.terminal.results).toContain('The mail address is an•••@example.org now.')
  })
})
