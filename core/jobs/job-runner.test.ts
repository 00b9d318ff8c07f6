import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError, isAppError } from '../../shared/errors.ts'
import { backupSetIdSchema, repositoryIdSchema } from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { stageOnly } from '../backup/run-backup.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { openHistory, type RunHistory } from './history.ts'
import { jobRunner, type Job, type JobContext, type JobRunner } from './job-runner.ts'
import { newJobRunId } from './new-run-id.ts'
import { openRunLogs, type RunLogs } from './run-log.ts'

let core: CoreParts
let history: RunHistory
let runner: JobRunner
let logs: RunLogs
beforeEach(async () => {
  core = await coreParts()
  history = openHistory(core.profile.folder)
  logs = openRunLogs(core.profile.folder, core.clock)
  runner = jobRunner(core, history, logs)
})
afterEach(() => core.remove())

const setOf = (letter: string) => ({
  id: backupSetIdSchema.parse(`set_${letter.repeat(22)}`),
  repositoryId: repositoryIdSchema.parse(`rep_${letter.repeat(22)}`),
})

function job(work: Job['work'], kind: JobRun['kind'] = 'backup', letter = 'a'): Job {
  return { kind, trigger: 'manual', backupSet: setOf(letter), work }
}

const complete: Job['work'] = (context) =>
  Promise.resolve({ report: context.report({ outcome: 'complete' }), serverRunId: null })
/** Runs until it is cancelled. */
const endless: Job['work'] = (context) =>
  new Promise((_resolve, reject) => {
    const end = (): void => reject(new AppError('SERVER_UNREACHABLE', 'cut off'))
    if (context.cancel.aborted) end()
    context.cancel.addEventListener('abort', end)
  })

describe('a run', () => {
  it('is recorded and can be waited for, also after its end', async () => {
    const id = runner.start(job(complete))
    const run = await runner.wait(id)
    expect(run).toMatchObject({ id, outcome: 'complete', kind: 'backup', trigger: 'manual' })
    expect(await runner.wait(id)).toEqual(run)
    expect((await history.entries()).map((entry) => entry.run)).toEqual([run])
    expect(runner.running()).toEqual([])
  })

  it('takes the time that it took', async () => {
    const startedMs = core.clock.nowMs()
    const id = runner.start(
      job((context) => {
        core.clock.advance(90_000)
        return complete(context)
      }),
    )
    const { startedAt, endedAt } = await runner.wait(id)
    expect([Date.parse(startedAt) - startedMs, Date.parse(endedAt) - startedMs]).toEqual([0, 90_000])
  })

  it('that fails for a known reason is recorded with its code, and waits to be reported', async () => {
    const id = runner.start(job(() => Promise.reject(new AppError('DEVICE_REVOKED', 'revoked'))))
    expect(await runner.wait(id)).toMatchObject({ outcome: 'failed', errorCode: 'DEVICE_REVOKED' })
    expect((await history.entries())[0]).toMatchObject({ isWaiting: true })
  })

  it('that breaks unexpectedly is recorded too, and logged as what it is', async () => {
    const id = runner.start(
      job(() => {
        throw new TypeError('a bug')
      }),
    )
    expect(await runner.wait(id)).toMatchObject({ outcome: 'failed', errorCode: 'UNEXPECTED' })
    expect(core.logged.join()).toContain('A run failed unexpectedly')
  })

  it('that is cancelled is recorded as that, whatever it broke with', async () => {
    const id = runner.start(job(endless))
    await Promise.resolve()
    expect(runner.cancel(id)).toBe(true)
    expect(await runner.wait(id)).toMatchObject({ outcome: 'cancelled', errorCode: 'CANCELLED' })
    expect(runner.cancel(id)).toBe(false)
  })

  it('tells its beginning, progress and end in that order', async () => {
    const told: string[] = []
    core.events.on('run.started', () => void told.push('started'))
    core.events.on('run.progress', ({ stage }) => void told.push(stage))
    core.events.on('run.ended', ({ run }) => void told.push(run.outcome))
    const progress = (context: JobContext): void =>
      context.progress({
        stage: 'transferring',
        doneFraction: null,
        filesDone: 0,
        filesTotal: null,
        bytesDone: 0,
        bytesTotal: null,
        bytesPerSecond: 0,
        secondsLeft: null,
        currentFiles: [],
        leftOutCount: 0,
      })
    await runner.wait(
      runner.start(
        job((context) => {
          progress(context)
          return complete(context)
        }),
      ),
    )
    expect(told).toEqual(['started', 'transferring', 'complete'])
  })

  it('that nobody knows cannot be waited for', async () => {
    await expect(runner.wait(newJobRunId())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a repository', () => {
  it.each<[JobRun['kind'], JobRun['kind'], boolean]>([
    ['backup', 'backup', false],
    ['backup', 'maintenance', false],
    ['maintenance', 'backup', false],
    ['restore', 'maintenance', false],
    ['maintenance', 'restore', false],
    ['restore', 'restore', false],
    ['backup', 'restore', true],
    ['restore', 'backup', true],
  ])('with a %s under way lets a %s begin: %s', async (first, second, isAllowed) => {
    runner.start(job(endless, first))
    expect(runner.isBusy(setOf('a').repositoryId, second)).toBe(!isAllowed)
    const outcome = ((): string => {
      try {
        return runner.start(job(endless, second)).slice(0, 4)
      } catch (error) {
        return isAppError(error) ? error.code : 'unexpected'
      }
    })()
    expect(outcome).toBe(isAllowed ? 'run_' : 'REPOSITORY_BUSY')
    await runner.close()
  })

  it('is free for another when its run has ended', async () => {
    await runner.wait(runner.start(job(complete)))
    expect(runner.isBusy(setOf('a').repositoryId, 'backup')).toBe(false)
    await runner.wait(runner.start(job(complete)))
  })

  it('does not hold up other repositories', async () => {
    runner.start(job(endless))
    const run = await runner.wait(runner.start(job(complete, 'backup', 'b')))
    expect(run.outcome).toBe('complete')
    await runner.close()
  })
})

it('closing cancels what runs and waits until it is recorded', async () => {
  runner.start(job(endless))
  runner.start(job(endless, 'backup', 'b'))
  await runner.close()
  expect((await history.entries()).map(({ run }) => run.outcome)).toEqual(['cancelled', 'cancelled'])
})

describe('a run under way', () => {
  it('shows what was told of it last to whoever comes late', async () => {
    let go = (): void => undefined
    const id = runner.start(
      job(async (context) => {
        context.progress(stageOnly('transferring', 0.25))
        context.progress(stageOnly('transferring', 0.5))
        await new Promise<void>((resolve) => (go = resolve))
        return complete(context)
      }),
    )
    await new Promise((resolve) => setTimeout(resolve))
    expect(runner.underWay()).toMatchObject([
      { jobRunId: id, kind: 'backup', trigger: 'manual', progress: { jobRunId: id, doneFraction: 0.5 } },
    ])
    go()
    await runner.wait(id)
    expect(runner.underWay()).toEqual([])
  })

  it('has no progress before the first was told', async () => {
    const id = runner.start(job(endless))
    expect(runner.underWay()).toMatchObject([{ jobRunId: id, progress: null }])
    runner.cancel(id)
    await runner.wait(id)
  })
})

describe('the log of a run', () => {
  it('tells its beginning, why it failed and its end', async () => {
    const id = runner.start(job(() => Promise.reject(new AppError('DEVICE_REVOKED', 'No longer.'))))
    await runner.wait(id)
    const { entries } = await logs.read(id)
    expect(entries.map(({ level, text }) => `${level} ${text.slice(0, 11)}`)).toEqual([
      'info A run began',
      'warning No longer. ',
      'info A run ended',
    ])
    expect(entries[1]?.text).toContain('DEVICE_REVOKED')
  })
})
