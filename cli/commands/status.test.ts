import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { backupSet, jobRun } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

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
