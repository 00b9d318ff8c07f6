import { describe, expect, it } from 'vitest'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { dayMs, fakeRun, fakeSet } from '../testing/fake-data.ts'
import { signedInStatus } from '../testing/fake-state.ts'
import { attentionOf, isPressing, type HomeFacts } from './attention.ts'
import { daysOf } from './day-strip.ts'

const nowMs = Date.parse('2026-10-14T12:00:00Z')
const daily = { name: 'Files', sources: ['/a'], schedules: [{ kind: 'daily', at: '20:00' }] }
const set = fakeSet('files', nowMs, daily)

function kinds(
  sets: readonly BackupSet[],
  runs: readonly JobRun[],
  status: Partial<HomeFacts['status']> = {},
) {
  const facts = {
    status: { ...signedInStatus(nowMs), ...status },
    me: undefined,
    pendingRecovery: null,
    sets,
    runs,
    nowMs,
  }
  return attentionOf(facts).map((item) => item.kind)
}
const run = (agoMs: number, change: Partial<JobRun> = {}) => fakeRun(set, `r${agoMs}`, nowMs - agoMs, change)

describe('what needs attention', () => {
  it('is nothing after a good run', () => {
    expect(kinds([set], [run(dayMs)])).toEqual([])
  })

  it('is a set that never ran', () => {
    expect(kinds([set], [])).toEqual(['never-ran'])
  })

  it('is the last outcome, not an older one', () => {
    expect(kinds([set], [run(2 * dayMs, { outcome: 'failed' }), run(dayMs)])).toEqual([])
    expect(kinds([set], [run(2 * dayMs), run(dayMs, { outcome: 'failed' })])).toEqual(['failed'])
    expect(kinds([set], [run(dayMs, { outcome: 'incomplete' })])).toEqual(['incomplete'])
  })

  it('looks through skips and cancelled runs to what really happened', () => {
    const runs = [
      run(3 * dayMs, { outcome: 'failed' }),
      run(dayMs, { outcome: 'skipped' }),
      run(1, { outcome: 'cancelled' }),
    ]
    expect(kinds([set], runs)).toEqual(['failed'])
  })

  it('is a skip that no later run makes good by itself, the last backup being older or none', () => {
    const skipped = run(dayMs, { outcome: 'skipped', skipReason: 'second-factor-required' })
    expect(kinds([set], [run(9 * dayMs), skipped])).toEqual(['held-up'])
    expect(kinds([set], [skipped, run(1)])).toEqual([])
  })

  it('is a daily set without success for more than three days', () => {
    expect(kinds([set], [run(4 * dayMs)])).toEqual(['overdue'])
    const monthly = fakeSet('files', nowMs, {
      ...daily,
      schedules: [{ kind: 'monthly', at: '20:00', on: { kind: 'last-day' } }],
    })
    expect(kinds([monthly], [run(4 * dayMs)])).toEqual([])
  })

  it('names what stops all backups of this computer', () => {
    const secretStore = { kind: 'system', state: 'locked', place: '' } as const
    expect(kinds([set], [run(1)], { secretStore, engine: null })).toEqual(['secret-store', 'engine-missing'])
    expect(kinds([set], [run(1)], { key: null })).toEqual(['key-missing'])
    expect(kinds([set], [run(1)], { device: null })).toEqual(['not-enrolled'])
  })

  it('of a set that is being deleted is only that', () => {
    expect(kinds([{ ...set, deletedAt: '2026-10-01T00:00:00Z', isBrakeTripped: true }], [])).toEqual([
      'being-deleted',
    ])
  })

  it('puts what endangers the data first', () => {
    const paused = fakeSet('other', nowMs, { ...daily, isPaused: true })
    const other = fakeRun(paused, 'x', nowMs - 1)
    const found = kinds([paused, set], [other, run(dayMs, { outcome: 'failed' })])
    expect(found).toEqual(['failed', 'paused'])
    expect(isPressing({ kind: 'paused', set })).toBe(false)
  })
})

describe('the strip of days', () => {
  it('ends today and shows the best run of each day', () => {
    const days = daysOf([run(1), run(2, { outcome: 'failed' }), run(dayMs, { outcome: 'failed' })], nowMs, 3)
    expect(days.map((day) => day.outcome)).toEqual([null, 'failed', 'complete'])
  })
})
