import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { createFakeClient } from '../testing/fake-client.ts'
import { fakeRun, fakeSet, runId } from '../testing/fake-data.ts'
import { fakeProgress } from '../testing/fake-files.ts'
import { createRunsStore } from './runs-store.ts'

const set = fakeSet('a', 0, { name: 'A', sources: ['/a'] })
const jobRunId = runId('one')

function listening() {
  const api = createFakeClient(new FakeClock())
  const store = createRunsStore(api)
  const ended: string[] = []
  const stop = store.listen((run) => ended.push(run.id))
  return { api, store, ended, stop }
}

describe('the runs of a window', () => {
  it('appear with the first report, also when their start was missed', () => {
    const { api, store } = listening()
    api.emit('run.progress', fakeProgress(set, jobRunId, 'backup', 0.5))
    expect(store.get().underWay.map((run) => run.progress?.doneFraction)).toEqual([0.5])
  })

  it('stay ended when a late report comes in', () => {
    const { api, store, ended } = listening()
    api.emit('run.started', { jobRunId, backupSetId: set.id, kind: 'backup', trigger: 'manual' })
    api.emit('run.ended', { run: fakeRun(set, 'one', 0) })
    api.emit('run.progress', fakeProgress(set, jobRunId, 'backup', 0.9))
    expect(store.get().underWay).toEqual([])
    expect(ended).toEqual([jobRunId])
  })

  it('that began before it opened are there at once, with how far they are', async () => {
    const { api, store } = listening()
    const progress = fakeProgress(set, jobRunId, 'backup', 0.4)
    api.state.underWay.set(jobRunId, progress)
    await store.catchUp()
    expect(store.get().underWay.map((run) => run.progress)).toEqual([progress])
  })

  it('keep what an event told while core was asked', async () => {
    const { api, store } = listening()
    api.state.underWay.set(jobRunId, fakeProgress(set, jobRunId, 'backup', 0.4))
    const asked = store.catchUp()
    api.emit('run.progress', fakeProgress(set, jobRunId, 'backup', 0.6))
    await asked
    expect(store.get().underWay.map((run) => run.progress?.doneFraction)).toEqual([0.6])
  })

  it('are gone when core knows nothing of them: their end was told to nobody', async () => {
    const { api, store } = listening()
    api.emit('run.progress', fakeProgress(set, jobRunId, 'backup', 0.5))
    await store.catchUp()
    expect(store.get().underWay).toEqual([])
  })

  it('stay ended when the answer is older than the end', async () => {
    const { api, store } = listening()
    api.state.underWay.set(jobRunId, fakeProgress(set, jobRunId, 'backup', 0.9))
    const asked = store.catchUp()
    api.emit('run.ended', { run: fakeRun(set, 'one', 0) })
    await asked
    expect(store.get().underWay).toEqual([])
  })

  it('are not heard any more after the stop', () => {
    const { api, store, stop } = listening()
    stop()
    api.emit('run.progress', fakeProgress(set, jobRunId, 'backup', 0.5))
    expect(store.get().underWay).toEqual([])
  })
})
