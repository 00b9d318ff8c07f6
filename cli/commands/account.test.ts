import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError, errorCatalog } from '../../shared/errors.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { challenge, device, factor, ids, session, startMs } from '../testing/samples.ts'

const enterCode = { kind: 'enter-code', challenge: challenge() } as const

describe('holdfast devices, factors and sessions', () => {
  it('revoke takes a computer by its name and asks first', async () => {
    const handlers: Partial<ClientHandlers> = {
      'devices.list': () => Promise.resolve({ devices: [device('A'), device('B', { name: 'old' })] }),
      'devices.revoke': () => Promise.resolve({ done: true }),
    }
    const ran = await runWithFakes(['devices', 'revoke', 'old'], { handlers, answers: ['y'] })
    expect(ran.client.requests.at(-1)).toEqual({
      name: 'devices.revoke',
      input: { deviceId: ids.device('B') },
    })
  })

  it('revoke refuses a name that several computers have', async () => {
    const handlers = { 'devices.list': () => Promise.resolve({ devices: [device('A'), device('B')] }) }
    expect((await runWithFakes(['devices', 'revoke', 'laptop', '-y'], { handlers })).exitCode).toBe(2)
  })

  it('revoke does not see computers that are revoked already', async () => {
    const gone = device('A', { revokedAt: isoOf(startMs) })
    const handlers = { 'devices.list': () => Promise.resolve({ devices: [gone] }) }
    expect((await runWithFakes(['devices', 'revoke', 'laptop', '-y'], { handlers })).exitCode).toBe(4)
  })

  it('untrust takes a computer by its name and leaves it enrolled', async () => {
    const handlers: Partial<ClientHandlers> = {
      'devices.list': () => Promise.resolve({ devices: [device('A'), device('B', { name: 'old' })] }),
      'devices.untrust': () => Promise.resolve({ done: true }),
    }
    const ran = await runWithFakes(['devices', 'untrust', 'old', '--json'], { handlers })
    expect(ran.exitCode).toBe(0)
    expect(ran.json()).toEqual([{ untrusted: ids.device('B') }])
    expect(ran.client.requests).toEqual([
      { name: 'devices.list', input: {} },
      { name: 'devices.untrust', input: { deviceId: ids.device('B') } },
    ])
  })

  it('untrust says what the server refuses, such as a session that is not fresh', async () => {
    const handlers: Partial<ClientHandlers> = {
      'devices.list': () => Promise.resolve({ devices: [device('A')] }),
      'devices.untrust': () => Promise.reject(new AppError('STEP_UP_REQUIRED', 'Prove again who you are.')),
    }
    const ran = await runWithFakes(['devices', 'untrust', 'laptop'], { handlers })
    expect(ran.exitCode).toBe(errorCatalog.STEP_UP_REQUIRED.exitCode)
    expect(ran.terminal.results).toEqual([])
  })

  it('factors opt-out says what it erases and does nothing without a yes', async () => {
    const handlers: Partial<ClientHandlers> = { 'factors.optOut': () => Promise.resolve({ removed: 2 }) }
    for (const answer of ['n', '']) {
      const ran = await runWithFakes(['factors', 'opt-out'], { handlers, answers: [answer] })
      expect(ran.terminal.questions[0]?.text).toContain('Erase every method and backup code?')
      expect([ran.exitCode, ran.requested]).toEqual([0, []])
    }
    const ran = await runWithFakes(['factors', 'opt-out', '--json'], { handlers, answers: ['y'] })
    expect(ran.requested).toEqual(['factors.optOut'])
    expect(ran.json()).toEqual([{ removed: 2 }])
  })

  it('factors opt-out without a person wants --yes, and reports a refusal by its code', async () => {
    const refused = new AppError('NOT_ALLOWED', 'A second factor is compulsory.')
    const handlers: Partial<ClientHandlers> = { 'factors.optOut': () => Promise.reject(refused) }
    const silent = await runWithFakes(['factors', 'opt-out'], { handlers, isInteractive: false })
    expect([silent.exitCode, silent.requested]).toEqual([2, []])
    const ran = await runWithFakes(['factors', 'opt-out', '-y'], { handlers, isInteractive: false })
    expect(ran.exitCode).toBe(errorCatalog.NOT_ALLOWED.exitCode)
    expect(ran.terminal.results).toEqual([])
  })

  it('factors add phone registers and proves the number', async () => {
    const handlers: Partial<ClientHandlers> = {
      'factors.enrol': () => Promise.resolve({ step: enterCode }),
      'transaction.prove': () =>
        Promise.resolve({ step: { kind: 'enrolled', factor: factor('A'), backupCodes: null } }),
    }
    const ran = await runWithFakes(['factors', 'add', 'phone', '+49 171 1234567', '--label', 'office'], {
      handlers,
      answers: ['581883'],
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.client.requests[0]?.input).toEqual({
      method: 'sms',
      phoneNumber: '+49 171 1234567',
      label: 'office',
    })
  })

  it('factors lists telephones masked', async () => {
    const handlers = { 'factors.list': () => Promise.resolve({ factors: [factor('A')], history: [] }) }
    const ran = await runWithFakes(['factors'], { handlers })
    expect(ran.terminal.results[1]).toContain('+4********4567')
  })

  it('sessions end takes the beginning of an id and no less than six characters', async () => {
    const handlers: Partial<ClientHandlers> = {
      'sessions.list': () => Promise.resolve({ sessions: [session('A'), session('B')] }),
      'sessions.end': () => Promise.resolve({ done: true }),
    }
    const ran = await runWithFakes(['sessions', 'end', 'ses_BB'], { handlers })
    expect(ran.client.requests.at(-1)?.input).toEqual({ sessionId: ids.session('B') })
    expect((await runWithFakes(['sessions', 'end', 'ses_B'], { handlers })).exitCode).toBe(4)
  })
})
