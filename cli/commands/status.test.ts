import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import type { Me } from '../../shared/model/account.ts'
import { AppError } from '../../shared/errors.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { appStatus } from '../testing/fake-client.ts'
import { backupSet, ids, jobRun, me } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

const noRuns = () => Promise.resolve({ runs: [] })

describe('holdfast status', () => {
  it('says that everything is protected only when it is', async () => {
    const handlers = withSets({
      'sets.list': () => Promise.resolve({ backupSets: [backupSet()] }),
      'runs.list': () => Promise.resolve({ runs: [jobRun()] }),
    })
    const ran = await runWithFakes(['status'], { handlers })
    expect(ran.terminal.results.at(-1)).toBe('Everything is protected.')
    const failed = await runWithFakes(['status'], {
      handlers: { ...handlers, 'runs.list': () => Promise.resolve({ runs: [] }) },
    })
    expect(failed.terminal.results.join('\n')).not.toContain('Everything is protected')
    expect(failed.terminal.results.at(-1)).toContain('holdfast backup docs')
  })

  it('tells the end of a trial to whoever is on one', async () => {
    const look = async (change: Partial<Me>, ...flags: string[]) =>
      await runWithFakes(['status', ...flags], {
        handlers: withSets({ 'account.me': () => Promise.resolve(me(change)), 'runs.list': noRuns }),
      })
    const expiresAt = '2026-01-12T08:00:00.000Z'
    const onTrial = await look({ subscription: 'trial', expiresAt })
    expect(onTrial.terminal.results.join('\n')).toContain('ends in 7 days, 2026-01-12')
    const json = await look({ subscription: 'trial', expiresAt }, '--json')
    expect(json.json()).toMatchObject([{ trialEndsAt: expiresAt }])
    expect((await look({ expiresAt })).terminal.results.join('\n')).not.toContain('Trial')
  })

  it('does not claim anything about sets that it may not see', async () => {
    const handlers = withSets({
      'sets.list': () => Promise.reject(new AppError('SESSION_ENDED', 'Nobody is signed in.')),
    })
    const ran = await runWithFakes(['status'], { handlers })
    expect(ran.exitCode).toBe(0)
    expect(ran.terminal.results.join('\n')).not.toContain('protected.')
    const json = await runWithFakes(['status', '--json'], { handlers })
    expect(json.json()).toMatchObject([{ backupSets: null }])
  })

  it('asks for what the owner must know where nothing runs the schedules, with nobody signed in', async () => {
    const pendingRecovery = {
      startedAt: '2026-01-05T08:00:00.000Z',
      readyAt: '2026-01-08T08:00:00.000Z',
      endsAt: '2026-01-15T08:00:00.000Z',
      address: '192.0.2.1',
      clientName: 'Holdfast',
    }
    const look = async (isScheduling: boolean) => {
      let isKnown = false
      const device = { id: ids.device('D'), name: 'laptop' }
      const handlers: Partial<ClientHandlers> = {
        'app.status': () =>
          Promise.resolve(
            appStatus({
              device,
              isScheduling,
              session: null,
              pendingRecovery: isKnown ? pendingRecovery : null,
            }),
          ),
        'schedule.refresh': () => {
          isKnown = true
          return Promise.resolve({ done: true })
        },
        'sets.list': () => Promise.reject(new AppError('SESSION_ENDED', 'Nobody is signed in.')),
      }
      return (await runWithFakes(['status'], { handlers })).terminal.results.join('\n')
    }
    expect(await look(false)).toContain('holdfast recover-account cancel')
    // The owner of the profile has asked already.
    expect(await look(true)).not.toContain('recover-account')
  })

  it('passes on any other failure', async () => {
    const handlers = withSets({
      'sets.list': () => Promise.reject(new AppError('SERVER_UNREACHABLE', 'No way.')),
    })
    expect((await runWithFakes(['status'], { handlers })).exitCode).toBe(50)
  })
})

describe('holdfast doctor', () => {
  it.each([
    ['warning', 0],
    ['failed', 3],
  ] as const)('with a check in the state %s exits with %d', async (state, exitCode) => {
    const check = { name: 'Clock', state, summary: 'is off', advice: 'Set it.' }
    const ran = await runWithFakes(['doctor'], {
      handlers: { 'doctor.run': () => Promise.resolve({ checks: [check] }) },
    })
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.terminal.results.join('\n')).toContain('Set it.')
  })
})
