import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backupSetDefinitionSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import { isoOf, type FakeClock } from '../../shared/clock.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import {
  backupSetIdSchema,
  deviceIdSchema,
  jobRunIdSchema,
  keyIdSchema,
  repositoryIdSchema,
} from '../../shared/model/ids.ts'
import { jobRunSchema, type JobRun, type Outcome } from '../../shared/model/job-run.ts'
import { openHistory, type RunHistory } from '../jobs/history.ts'
import { openRunLogs } from '../jobs/run-log.ts'
import { jobRunner, type JobRunner } from '../jobs/job-runner.ts'
import { newJobRunId } from '../jobs/new-run-id.ts'
import type { ProofBasis } from '../device/device-identity.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { openScheduleFile } from './schedule-file.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'

const deviceId = deviceIdSchema.parse(`dev_${'d'.repeat(22)}`)
const nightly = setOf('a', { schedules: [{ kind: 'daily', at: '20:00' }] })

function setOf(
  letter: string,
  definition: Record<string, unknown> = {},
  more: Partial<BackupSet> = {},
): BackupSet {
  return {
    id: backupSetIdSchema.parse(`set_${letter.repeat(22)}`),
    deviceId,
    repositoryId: repositoryIdSchema.parse(`rep_${letter.repeat(22)}`),
    keyId: keyIdSchema.parse(`key_${letter.repeat(22)}`),
    definition: backupSetDefinitionSchema.parse({ name: letter, sources: ['/s'], ...definition }),
    version: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    storedBytes: 0,
    snapshotCount: 0,
    isBrakeTripped: false,
    deletedAt: null,
    purgeAfter: null,
    ...more,
  }
}

let core: CoreParts
let clock: FakeClock
let history: RunHistory
let runner: JobRunner
let scheduler: Scheduler
let startBackup: (backupSet: BackupSet, trigger: JobRun['trigger']) => JobRun['id']
let isOnBattery: boolean
/** Whether the scheduler's loop waits for time to pass. */
let isAsleep: boolean
/** What the next backups do, in order; the last one for ever. */
let outcomes: (Outcome | ErrorCode)[]
let reported: { outcome: string; skipReason: string | null }[]

beforeEach(async () => {
  core = await coreParts()
  ;({ clock } = core)
  isOnBattery = false
  outcomes = ['complete']
  reported = []
  history = openHistory(core.profile.folder)
  runner = jobRunner(core, history, openRunLogs(core.profile.folder, core.clock))
  const device = {
    deviceId: () => deviceId,
    prove: (text: (basis: ProofBasis) => string) => {
      const basis = { deviceId, nonce: 'nonce', serverAddress: 'https://cbs.example' }
      return Promise.resolve({ ...basis, signature: text(basis).slice(0, 1) })
    },
    sign: () => Promise.resolve(''),
  }
  core.servers.current.script.deviceReport = ({ report, backupSetId }) => {
    reported.push({ outcome: report.outcome, skipReason: report.skipReason ?? null })
    return { run: jobRunSchema.parse({ ...report, id: newJobRunId(), backupSetId, deviceId }) }
  }
  const start = (kind: JobRun['kind'], trigger: JobRun['trigger']) => (backupSet: BackupSet) =>
    runner.start({
      kind,
      trigger,
      backupSet,
      work: (context) => {
        const next = outcomes.length > 1 ? outcomes.shift() : outcomes[0]
        if (next === undefined || next === next.toUpperCase()) throw new AppError(next as ErrorCode, 'failed')
        return Promise.resolve({
          report: context.report({ outcome: next as Outcome }),
          serverRunId: jobRunIdSchema.parse(`run_${'r'.repeat(22)}`),
        })
      },
    })
  startBackup = (backupSet, trigger) => start('backup', trigger)(backupSet)
  isAsleep = false
  scheduler = createScheduler({
    ...core,
    clock: {
      nowMs: () => clock.nowMs(),
      sleep: async (ms, signal) => {
        isAsleep = true
        await clock.sleep(ms, signal)
        isAsleep = false
      },
    },
    device,
    history,
    runner,
    file: openScheduleFile(core.profile.folder, core.log),
    power: { isOnBattery: () => Promise.resolve(isOnBattery) },
    network: { isMetered: () => Promise.resolve('unknown') },
    startBackup,
    startMaintenance: start('maintenance', 'schedule'),
  })
  serverHas(nightly)
})
afterEach(async () => {
  await runner.close()
  await core.remove()
})

function serverHas(...backupSets: BackupSet[]): void {
  core.servers.current.script.deviceSets = () => ({ backupSets })
}

function summary(runs: readonly JobRun[]): string[] {
  return runs.map(({ kind, trigger, outcome, skipReason }) =>
    [kind, trigger, skipReason ?? outcome].join(' '),
  )
}

async function passAt(time: string): Promise<string[]> {
  clock.set(Date.parse(time))
  return summary(await scheduler.runDue())
}

describe('a pass over what is due', () => {
  it('runs nothing of the time before it first saw a set', async () => {
    expect(await passAt('2026-01-05T21:00Z')).toEqual([])
  })

  it('runs what became due since the last pass, once', async () => {
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule complete'])
    expect(await passAt('2026-01-05T20:00Z')).toEqual([])
  })

  it('catches up once what was missed while the computer was off', async () => {
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-09T08:00Z')).toEqual(['backup catch-up complete'])
    expect(await passAt('2026-01-09T09:00Z')).toEqual([])
  })

  it('records a skip with its reason, here and with the server', async () => {
    serverHas(setOf('a', { schedules: [{ kind: 'daily', at: '20:00' }], isPaused: true }))
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule paused'])
    await passAt('2026-01-05T21:00Z')
    expect(reported).toEqual([{ outcome: 'skipped', skipReason: 'paused' }])
  })

  it('records the same skip once an hour, not once a minute', async () => {
    serverHas(setOf('a', { schedules: [{ kind: 'periodic', everyMinutes: 1 }], isPaused: true }))
    await passAt('2026-01-05T08:00Z')
    const skips: string[] = []
    for (let minutes = 1; minutes <= 120; minutes += 1) {
      skips.push(...(await passAt(isoOf(Date.parse('2026-01-05T08:00Z') + minutes * 60_000))))
    }
    expect(skips).toEqual(['backup schedule paused', 'backup schedule paused'])
  })

  it('waits on battery and runs when power is back', async () => {
    serverHas(setOf('a', { schedules: [{ kind: 'daily', at: '20:00' }], conditions: { notOnBattery: true } }))
    await passAt('2026-01-05T08:00Z')
    isOnBattery = true
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule on-battery'])
    expect(await passAt('2026-01-05T20:30Z')).toEqual([])
    isOnBattery = false
    expect(await passAt('2026-01-05T21:00Z')).toEqual(['backup catch-up complete'])
  })

  it('tries again what failed for a passing reason, and stops after it succeeded', async () => {
    outcomes = ['SERVER_UNREACHABLE', 'SERVER_UNREACHABLE', 'complete']
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule failed'])
    expect(await passAt('2026-01-05T20:04Z')).toEqual([])
    expect(await passAt('2026-01-05T20:05Z')).toEqual(['backup catch-up failed'])
    expect(await passAt('2026-01-05T20:20Z')).toEqual(['backup catch-up complete'])
    expect(await passAt('2026-01-06T08:00Z')).toEqual([])
  })

  it('does not try again what a person ran meanwhile', async () => {
    outcomes = ['SERVER_UNREACHABLE', 'complete']
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule failed'])
    await runner.wait(startBackup(nightly, 'manual'))
    await vi.waitFor(async () => {
      const state = await openScheduleFile(core.profile.folder, core.log).state(nightly.id, 0)
      expect(state.retry).toBeNull()
    })
    expect(await passAt('2026-01-05T20:05Z')).toEqual([])
  })

  it('does not repeat what only a person can put right', async () => {
    outcomes = ['DEVICE_REVOKED']
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule failed'])
    expect(await passAt('2026-01-06T08:00Z')).toEqual([])
  })

  it('that the server lets not begin without a second factor records a skip with that reason, not a failure', async () => {
    outcomes = ['SECOND_FACTOR_REQUIRED']
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule second-factor-required'])
    await passAt('2026-01-05T21:00Z')
    expect(reported).toEqual([{ outcome: 'skipped', skipReason: 'second-factor-required' }])
    // Whoever asks for a backup is told that it could not be done.
    const asked = await runner.wait(startBackup(nightly, 'manual'))
    expect(asked).toMatchObject({ outcome: 'failed', errorCode: 'SECOND_FACTOR_REQUIRED' })
  })

  it('that waits for a second factor is asked for once an hour, and at once when somebody signed in', async () => {
    serverHas(setOf('a', { schedules: [{ kind: 'periodic', everyMinutes: 1 }] }))
    outcomes = ['SECOND_FACTOR_REQUIRED']
    const startMs = Date.parse('2026-01-05T08:00Z')
    await passAt(isoOf(startMs))
    const skips: string[] = []
    for (let minutes = 1; minutes <= 70; minutes += 1) {
      skips.push(...(await passAt(isoOf(startMs + minutes * 60_000))))
    }
    expect(skips).toEqual([
      'backup schedule second-factor-required',
      'backup schedule second-factor-required',
    ])
    outcomes = ['complete']
    core.events.emit('session.changed', { isSignedIn: true })
    expect(await passAt(isoOf(startMs + 71 * 60_000))).toEqual(['backup schedule complete'])
    expect(await passAt(isoOf(startMs + 72 * 60_000))).toEqual(['backup schedule complete'])
  })

  it('goes by the last known sets while the server cannot be reached', async () => {
    await passAt('2026-01-05T08:00Z')
    core.servers.current.script.deviceSets = () => {
      throw new AppError('SERVER_UNREACHABLE', 'no way')
    }
    outcomes = ['SERVER_UNREACHABLE']
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule failed'])
  })

  it('runs nothing for a set that left this computer', async () => {
    await passAt('2026-01-05T08:00Z')
    serverHas()
    expect(await passAt('2026-01-05T20:00Z')).toEqual([])
  })

  it('maintains after a backup when there is something to let go, at most once a day', async () => {
    serverHas(setOf('a', { schedules: [{ kind: 'periodic', everyMinutes: 720 }] }, { snapshotCount: 7 }))
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T12:00Z')).toEqual([
      'backup schedule complete',
      'maintenance schedule complete',
    ])
    expect(await passAt('2026-01-06T00:00Z')).toEqual(['backup schedule complete'])
    expect(await passAt('2026-01-06T12:00Z')).toEqual([
      'backup schedule complete',
      'maintenance schedule complete',
    ])
  })

  it('maintains nothing while the last snapshots all stay anyway', async () => {
    serverHas(setOf('a', { schedules: [{ kind: 'daily', at: '20:00' }] }, { snapshotCount: 6 }))
    await passAt('2026-01-05T08:00Z')
    expect(await passAt('2026-01-05T20:00Z')).toEqual(['backup schedule complete'])
  })
})

describe('the scheduler', () => {
  it('runs what is due while it is on, at the time, and nothing after it was stopped', async () => {
    clock.set(Date.parse('2026-01-05T19:58:30Z'))
    const ended: string[] = []
    core.events.on('run.ended', ({ run }) => void ended.push(...summary([run])))
    const started = scheduler.start()
    await settle()
    for (let seconds = 0; seconds < 80; seconds += 1) await tick()
    expect(ended).toEqual([])
    for (let seconds = 0; seconds < 15; seconds += 1) await tick()
    await vi.waitFor(() => expect(ended).toEqual(['backup schedule complete']))
    await started.stop()
    clock.set(Date.parse('2026-01-07T20:00Z'))
    await runner.close()
    expect(ended).toHaveLength(1)
  })

  it('notices within a minute of waking what was missed in sleep', async () => {
    clock.set(Date.parse('2026-01-05T19:00Z'))
    const ended: string[] = []
    core.events.on('run.ended', ({ run }) => void ended.push(...summary([run])))
    const started = scheduler.start()
    await settle()
    clock.set(Date.parse('2026-01-06T07:00Z'))
    for (let seconds = 0; seconds < 61; seconds += 1) await tick()
    await vi.waitFor(() => expect(ended).toEqual(['backup catch-up complete']))
    await started.stop()
  })

  it('goes on after a pass that broke', async () => {
    clock.set(Date.parse('2026-01-05T19:59Z'))
    core.servers.current.script.deviceSets = () => {
      throw new Error('a bug')
    }
    const ended: string[] = []
    core.events.on('run.ended', ({ run }) => void ended.push(...summary([run])))
    const started = scheduler.start()
    await settle()
    serverHas(nightly)
    clock.set(Date.parse('2026-01-05T20:10Z'))
    await settle()
    clock.set(Date.parse('2026-01-06T20:10Z'))
    await settle()
    expect(core.logged.join()).toContain('A pass over the schedule broke')
    await vi.waitFor(() => expect(ended).toEqual(['backup catch-up complete']))
    await started.stop()
  })

  it('tells what is next, soonest first, without asking the server', async () => {
    const weekly = setOf('b', { schedules: [{ kind: 'weekly', at: '06:00', on: ['sun'] }] })
    serverHas(
      weekly,
      nightly,
      setOf('c'),
      setOf('p', { schedules: nightly.definition.schedules, isPaused: true }),
    )
    await passAt('2026-01-05T08:00Z')
    const next = (await scheduler.nextRuns()).map(({ backupSet, atMs }) => [
      backupSet.definition.name,
      isoOf(atMs),
    ])
    expect(next).toEqual([
      ['a', '2026-01-05T20:00:00.000Z'],
      ['b', '2026-01-11T06:00:00.000Z'],
    ])
  })
})

async function tick(): Promise<void> {
  clock.advance(1000)
  await settle()
}

/** Waits until the loop has nothing more to do before time passes. */
async function settle(): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 1))
  while (!isAsleep)
}
