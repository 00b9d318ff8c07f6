import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterRun, decide, nextLook, type Decision, type SetState, type Surroundings } from './decide.ts'

const minute = 60_000
const hour = 60 * minute
const at = (text: string): number => Date.parse(text)
/** Due at 20:00 UTC every day. */
const daily = {
  schedules: [{ kind: 'daily' as const, at: '20:00' }],
  timeZone: 'UTC',
  isPaused: false,
  catchUpMissed: true,
  conditions: { notOnBattery: true, notOnMetered: true },
}
const handled = (until: string, more: Partial<SetState> = {}): SetState => ({
  handledUntilMs: at(until),
  isHeldBack: false,
  retry: null,
  ...more,
})
const now = (text: string, more: Partial<Surroundings> = {}): Surroundings => ({
  nowMs: at(text),
  isBusy: false,
  isOnBattery: false,
  isOnMetered: false,
  ...more,
})
const nothing: Decision = { kind: 'nothing' }
const run = (trigger: 'schedule' | 'catch-up'): Decision => ({ kind: 'run', trigger })

describe('a set that is due at 20:00', () => {
  it.each<[string, typeof daily, SetState, Surroundings, Decision]>([
    ['waits before', daily, handled('2026-01-05T08:00Z'), now('2026-01-05T19:59Z'), nothing],
    ['runs at that time', daily, handled('2026-01-05T08:00Z'), now('2026-01-05T20:00Z'), run('schedule')],
    ['runs a little late', daily, handled('2026-01-05T08:00Z'), now('2026-01-05T20:01:59Z'), run('schedule')],
    [
      'is caught up after sleep',
      daily,
      handled('2026-01-05T08:00Z'),
      now('2026-01-06T07:00Z'),
      run('catch-up'),
    ],
    [
      'is caught up once after a week',
      daily,
      handled('2026-01-05T08:00Z'),
      now('2026-01-12T07:00Z'),
      run('catch-up'),
    ],
    [
      'runs on time although it missed one',
      daily,
      handled('2026-01-04T08:00Z'),
      now('2026-01-05T20:00Z'),
      run('schedule'),
    ],
    [
      'is recorded as missed where nothing is caught up',
      { ...daily, catchUpMissed: false },
      handled('2026-01-05T08:00Z'),
      now('2026-01-06T07:00Z'),
      { kind: 'skip', reason: 'missed' },
    ],
    [
      'is skipped while it is paused',
      { ...daily, isPaused: true },
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z'),
      { kind: 'skip', reason: 'paused' },
    ],
    [
      'is skipped while another run is under way',
      daily,
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z', { isBusy: true }),
      { kind: 'skip', reason: 'already-running' },
    ],
    [
      'is skipped on battery',
      daily,
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z', { isOnBattery: true }),
      { kind: 'skip', reason: 'on-battery' },
    ],
    [
      'is skipped on a metered network',
      daily,
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z', { isOnMetered: true }),
      { kind: 'skip', reason: 'on-metered' },
    ],
    [
      'runs on battery where the set does not mind',
      { ...daily, conditions: { notOnBattery: false, notOnMetered: false } },
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z', { isOnBattery: true, isOnMetered: true }),
      run('schedule'),
    ],
    [
      'runs when power is back',
      daily,
      handled('2026-01-05T20:00Z', { isHeldBack: true }),
      now('2026-01-05T21:00Z'),
      run('catch-up'),
    ],
    [
      'goes on waiting for power, without another skip',
      daily,
      handled('2026-01-05T20:00Z', { isHeldBack: true }),
      now('2026-01-05T21:00Z', { isOnBattery: true }),
      nothing,
    ],
    [
      'is tried again after a failure that may pass',
      daily,
      handled('2026-01-05T20:00Z', { retry: { atMs: at('2026-01-05T20:05Z'), count: 1 } }),
      now('2026-01-05T20:05Z'),
      run('catch-up'),
    ],
    [
      'is not tried again too early',
      daily,
      handled('2026-01-05T20:00Z', { retry: { atMs: at('2026-01-05T20:05Z'), count: 1 } }),
      now('2026-01-05T20:04Z'),
      nothing,
    ],
  ])('%s', (_name, rules, state, surroundings, decision) => {
    expect(decide(rules, state, surroundings).decision).toEqual(decision)
  })

  it('is dealt with once: the same moment again is nothing', () => {
    const first = decide(daily, handled('2026-01-05T08:00Z'), now('2026-01-06T07:00Z'))
    expect(decide(daily, first.state, now('2026-01-06T07:00Z')).decision).toEqual(nothing)
  })

  it('on battery is held back until power is back, where missed runs are caught up', () => {
    const skipped = decide(
      daily,
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z', { isOnBattery: true }),
    )
    expect(skipped.state.isHeldBack).toBe(true)
    const gaveUp = decide(
      { ...daily, catchUpMissed: false },
      handled('2026-01-05T08:00Z'),
      now('2026-01-05T20:00Z', { isOnBattery: true }),
    )
    expect(gaveUp.state.isHeldBack).toBe(false)
  })

  it('is not lost for years when the clock was once ahead', () => {
    const state = handled('2031-01-01T00:00Z')
    const woken = decide(daily, state, now('2026-01-05T19:00Z'))
    expect(woken.decision).toEqual(nothing)
    expect(decide(daily, woken.state, now('2026-01-05T20:00Z')).decision).toEqual(run('schedule'))
  })

  it('does not run twice when the clock steps back a little', () => {
    const ran = decide(daily, handled('2026-01-05T08:00Z'), now('2026-01-05T20:00:30Z'))
    expect(decide(daily, ran.state, now('2026-01-05T19:59:45Z')).decision).toEqual(nothing)
    expect(decide(daily, ran.state, now('2026-01-05T20:00Z')).decision).toEqual(nothing)
  })

  it('gives up retries at the next regular time', () => {
    const state = handled('2026-01-05T20:00Z', { retry: { atMs: at('2026-01-06T20:30Z'), count: 7 } })
    const { decision, state: next } = decide(daily, state, now('2026-01-06T20:00Z'))
    expect(decision).toEqual(run('schedule'))
    expect(next.retry).toBeNull()
  })

  it('is looked at when it is due or to be tried again', () => {
    expect(nextLook(daily, handled('2026-01-05T08:00Z'))).toBe(at('2026-01-05T20:00Z'))
    const retry = { atMs: at('2026-01-05T20:05Z'), count: 1 }
    expect(nextLook(daily, handled('2026-01-05T20:00Z', { retry }))).toBe(retry.atMs)
    expect(nextLook({ ...daily, schedules: [] }, handled('2026-01-05T20:00Z'))).toBeUndefined()
  })
})

describe('a failure that may pass', () => {
  it('is tried again after 5, 15, 60 and 60 minutes', () => {
    let state = handled('2026-01-05T20:00Z')
    const waits: number[] = []
    for (let nowMs = at('2026-01-05T20:00Z'); waits.length < 5;) {
      state = afterRun(state, true, nowMs)
      waits.push(((state.retry?.atMs ?? 0) - nowMs) / minute)
      nowMs = state.retry?.atMs ?? 0
    }
    expect(waits).toEqual([5, 15, 60, 60, 60])
  })

  it('keeps its count through the retry itself', () => {
    const failed = afterRun(handled('2026-01-05T20:00Z'), true, at('2026-01-05T20:01Z'))
    const { state } = decide(daily, failed, now('2026-01-05T20:06Z'))
    expect(afterRun(state, true, at('2026-01-05T20:07Z')).retry?.count).toBe(2)
  })

  it('is forgotten after a run that succeeded or cannot', () => {
    const failed = afterRun(handled('2026-01-05T20:00Z'), true, at('2026-01-05T20:01Z'))
    expect(afterRun(failed, false, at('2026-01-05T20:07Z')).retry).toBeNull()
  })
})

it('however time passes, no due time is run twice and a caught-up set never lags', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1000, max: 40 * hour }), { minLength: 1, maxLength: 60 }),
      (steps) => {
        let nowMs = at('2026-01-05T08:00Z')
        let state = handled('2026-01-05T08:00Z')
        let runs = 0
        for (const step of steps) {
          const before = nowMs
          nowMs += step
          const result = decide(daily, state, now(new Date(nowMs).toISOString()))
          state = result.state
          const dueTimes = Math.floor((nowMs - at('2026-01-04T20:00Z')) / (24 * hour))
          const dueBefore = Math.floor((before - at('2026-01-04T20:00Z')) / (24 * hour))
          expect(result.decision.kind === 'run').toBe(dueTimes > dueBefore)
          if (result.decision.kind === 'run') runs += 1
          expect(runs).toBeLessThanOrEqual(dueTimes)
        }
      },
    ),
  )
})
