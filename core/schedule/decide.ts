import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'
import type { skipReasons } from '../../shared/model/job-run.ts'
import { nextRun } from './next-run.ts'

export type SkipReason = (typeof skipReasons)[number]

/** What the scheduler remembers of a set. */
export interface SetState {
  /** Up to this instant every due time was dealt with. */
  readonly handledUntilMs: number
  /** A due run waits for power or an unmetered network. */
  readonly isHeldBack: boolean
  /** A failed run that may succeed later. */
  readonly retry: { readonly atMs: number; readonly count: number } | null
}

export interface Surroundings {
  readonly nowMs: number
  readonly isBusy: boolean
  readonly isOnBattery: boolean
  readonly isOnMetered: boolean
}

export type Decision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'run'; readonly trigger: 'schedule' | 'catch-up' }
  | { readonly kind: 'skip'; readonly reason: SkipReason }

/** Later than this the computer was off, asleep or its clock was moved, and the due time was missed. */
export const lateMs = 120_000
/** A clock that was this much ahead was wrong: waiting for it to be right again would stop all backups. */
const clockWasAheadMs = 60_000
const retryAfterMs = [5, 15, 60].map((minutes) => minutes * 60_000)

type Rules = Pick<BackupSetDefinition, 'schedules' | 'timeZone' | 'isPaused' | 'catchUpMissed' | 'conditions'>

/**
 * Decides about one set now, and what to remember. However much was missed, it is caught up once.
 *
 * The same inputs give the same answer; nothing happens here.
 */
export function decide(
  rules: Rules,
  remembered: SetState,
  surroundings: Surroundings,
): { readonly decision: Decision; readonly state: SetState } {
  const { nowMs } = surroundings
  const state =
    remembered.handledUntilMs > nowMs + clockWasAheadMs
      ? { ...remembered, handledUntilMs: nowMs }
      : remembered
  const wanted = wantedTrigger(rules, state, nowMs)
  if (wanted === undefined) return { decision: { kind: 'nothing' }, state }
  const isRegular = wanted !== 'held-back' && wanted !== 'retry'
  const handled: SetState = {
    // A regular due time ends the retries of the one before.
    handledUntilMs: isRegular ? nowMs : state.handledUntilMs,
    isHeldBack: false,
    retry: isRegular ? null : state.retry,
  }
  if (rules.isPaused)
    return { decision: { kind: 'skip', reason: 'paused' }, state: { ...handled, retry: null } }
  if (wanted === 'catch-up' && !rules.catchUpMissed) {
    return { decision: { kind: 'skip', reason: 'missed' }, state: handled }
  }
  if (surroundings.isBusy) {
    // What waited goes on waiting, without a word: only a due time can be skipped.
    if (!isRegular) return { decision: { kind: 'nothing' }, state }
    return { decision: { kind: 'skip', reason: 'already-running' }, state: handled }
  }
  const obstacle = obstacleOf(rules, surroundings)
  if (obstacle !== undefined) {
    const held = { ...handled, isHeldBack: rules.catchUpMissed }
    if (!isRegular)
      return { decision: { kind: 'nothing' }, state: { ...state, isHeldBack: state.isHeldBack } }
    return { decision: { kind: 'skip', reason: obstacle }, state: held }
  }
  return {
    decision: { kind: 'run', trigger: wanted === 'schedule' ? 'schedule' : 'catch-up' },
    state: { ...handled, retry: handled.retry && { ...handled.retry, atMs: Number.POSITIVE_INFINITY } },
  }
}

function wantedTrigger(
  rules: Rules,
  state: SetState,
  nowMs: number,
): 'schedule' | 'catch-up' | 'held-back' | 'retry' | undefined {
  const dueMs = nextDue(rules, state.handledUntilMs)
  if (dueMs !== undefined && dueMs <= nowMs) {
    const recentMs = nextDue(rules, Math.max(state.handledUntilMs, nowMs - lateMs))
    return recentMs !== undefined && recentMs <= nowMs ? 'schedule' : 'catch-up'
  }
  if (state.isHeldBack) return 'held-back'
  if (state.retry !== null && state.retry.atMs <= nowMs) return 'retry'
  return undefined
}

function obstacleOf({ conditions }: Rules, surroundings: Surroundings): SkipReason | undefined {
  if (conditions.notOnBattery && surroundings.isOnBattery) return 'on-battery'
  if (conditions.notOnMetered && surroundings.isOnMetered) return 'on-metered'
  return undefined
}

/** The earliest time after an instant at which any schedule of a set is due. */
export function nextDue(rules: Pick<Rules, 'schedules' | 'timeZone'>, afterMs: number): number | undefined {
  const times = rules.schedules.flatMap((schedule) => nextRun(schedule, rules.timeZone, afterMs) ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}

/** When to look at a set again; undefined = only when something else happens. */
export function nextLook(rules: Rules, state: SetState): number | undefined {
  const times = [nextDue(rules, state.handledUntilMs), state.retry?.atMs].flatMap((time) => time ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}

/** What a scheduled run's end changes: failures that pass are tried again after 5, 15, 60, 60, … minutes. */
export function afterRun(state: SetState, mayPass: boolean, nowMs: number): SetState {
  if (!mayPass) return { ...state, retry: null }
  const count = (state.retry?.count ?? 0) + 1
  const waitMs = retryAfterMs[Math.min(count, retryAfterMs.length) - 1] ?? 0
  return { ...state, retry: { atMs: nowMs + waitMs, count } }
}
