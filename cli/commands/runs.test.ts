import { describe, expect, it } from 'vitest'
import type { RunLogEntry } from '../../shared/model/run-log.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { ids, jobRun } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

const entry: RunLogEntry = {
  at: '2026-01-05T08:00:00.000Z',
  source: 'restic',
  level: 'warning',
  text: 'odd\u001b[31m name',
}
const handlers = withSets({
  'runs.list': () =>
    Promise.resolve({
      runs: [
        jobRun({
          outcome: 'incomplete',
          leftOutCount: 1,
          leftOut: [{ path: '/a', reason: 'permission denied' }],
        }),
        jobRun({ id: ids.run('M') }),
      ],
    }),
  'runs.log': () => Promise.resolve({ log: { entries: [entry], omittedCount: 0 } }),
})

describe('holdfast runs', () => {
  it('still lists the runs of a set that is named', async () => {
    const ran = await runWithFakes(['runs', 'docs'], { handlers })
    expect(ran.exitCode).toBe(0)
    expect(ran.terminal.results[1]).toContain('incomplete')
  })

  it('shows one run with what it left out and why', async () => {
    const ran = await runWithFakes(['runs', 'show', ids.run('N').slice(0, 10)], { handlers })
    expect(ran.terminal.results).toContain('  left out: /a (permission denied)')
  })

  it('takes the newest run when none is named', async () => {
    const ran = await runWithFakes(['runs', 'show', '--json'], { handlers })
    expect(ran.json()).toMatchObject([{ run: { id: ids.run('N') } }])
  })

  it('does not guess at a run of another id', async () => {
    const ran = await runWithFakes(['runs', 'log', 'run_XXXXXX'], { handlers })
    expect(ran.exitCode).toBe(4)
    expect(ran.requested).not.toContain('runs.log')
  })

  it('prints a log, and lets no name in it steer the terminal', async () => {
    const ran = await runWithFakes(['runs', 'log', ids.run('M')], { handlers })
    expect(ran.terminal.results).toEqual(['2026-01-05T08:00:00.000Z restic warning: odd\\x1b[31m name'])
    expect(ran.client.requests.at(-1)).toEqual({ name: 'runs.log', input: { jobRunId: ids.run('M') } })
  })

  it('says what runs now and how far it is', async () => {
    const progress = {
      jobRunId: ids.run('L'),
      backupSetId: ids.set('A'),
      kind: 'backup' as const,
      stage: 'transferring' as const,
      doneFraction: 0.42,
      filesDone: 1,
      filesTotal: 2,
      bytesDone: 1,
      bytesTotal: 2,
      bytesPerSecond: 1,
      secondsLeft: 60,
      currentFiles: [],
      leftOutCount: 0,
    }
    const run = { ...progress, trigger: 'schedule' as const, startedAt: entry.at, progress }
    const now = withSets({ 'runs.underWay': () => Promise.resolve({ runs: [run] }) })
    const ran = await runWithFakes(['runs', 'now'], { handlers: now })
    expect(ran.terminal.results[0]).toContain('docs: backup, transferring, 42 %')
  })

  it('says that nothing runs', async () => {
    const now = withSets({ 'runs.underWay': () => Promise.resolve({ runs: [] }) })
    const ran = await runWithFakes(['runs', 'now'], { handlers: now })
    expect(ran.terminal.results).toEqual(['Nothing runs at the moment.'])
    expect(ran.requested).toEqual(['runs.underWay'])
  })
})
