import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
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
