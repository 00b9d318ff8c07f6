import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jobRunSchema, type JobRun } from '../../shared/model/job-run.ts'
import { openHistory } from './history.ts'
import { newJobRunId } from './new-run-id.ts'
import { reportOf } from './report.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

function runAt(startedAtMs: number): JobRun {
  return jobRunSchema.parse({
    ...reportOf(
      { kind: 'backup', trigger: 'manual', startedAtMs, endedAtMs: startedAtMs },
      { outcome: 'complete' },
    ),
    id: newJobRunId(),
    backupSetId: `set_${'a'.repeat(22)}`,
    deviceId: null,
  })
}

describe('the history', () => {
  it('gives the newest first, also to the next process', async () => {
    const history = openHistory(folder)
    const runs = [runAt(1000), runAt(2000), runAt(3000)]
    for (const run of runs) await history.add(run, null)
    const newestFirst = runs.map(({ id }) => id).reverse()
    expect((await history.entries()).map(({ run }) => run.id)).toEqual(newestFirst)
    expect((await openHistory(folder).entries()).map(({ run }) => run.id)).toEqual(newestFirst)
  })

  it('remembers which runs the server has not heard of', async () => {
    const history = openHistory(folder)
    const [told, waiting, refused] = [runAt(1), runAt(2), runAt(3)]
    const serverRunId = newJobRunId()
    await history.add(told, null)
    await history.add(waiting, null)
    await history.add(refused, null)
    await history.settle(told.id, serverRunId)
    await history.settle(refused.id, null)
    const entries = await openHistory(folder).entries()
    expect(entries.map(({ isWaiting }) => isWaiting)).toEqual([false, true, false])
    expect(entries.map((entry) => entry.serverRunId)).toEqual([null, null, serverRunId])
  })

  it('loses at most the line that was being written when the power failed', async () => {
    const history = openHistory(folder)
    const [first, next] = [runAt(1), runAt(2)]
    await history.add(first, null)
    await appendFile(join(folder, 'runs.jsonl'), '{"run":{"id":"run_')
    const later = openHistory(folder)
    await later.add(next, null)
    expect((await openHistory(folder).entries()).map(({ run }) => run.id)).toEqual([next.id, first.id])
  })

  it('can be read by its owner only', async () => {
    await openHistory(folder).add(runAt(1), null)
    expect((await stat(join(folder, 'runs.jsonl'))).mode & 0o077).toBe(0)
  })

  it('keeps the last 2,000 runs and does not grow without end', async () => {
    const history = openHistory(folder)
    const runs = Array.from({ length: 4001 }, (_, index) => runAt(index))
    await Promise.all(runs.map((run) => history.add(run, null)))
    const lines = (await readFile(join(folder, 'runs.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(2000)
    expect((await history.entries())[0]?.run.id).toBe(runs.at(-1)?.id)
  })

  it('keeps every run that several parts add at once', async () => {
    const history = openHistory(folder)
    await Promise.all(Array.from({ length: 50 }, (_, index) => history.add(runAt(index), null)))
    expect(await openHistory(folder).entries()).toHaveLength(50)
  })
})
