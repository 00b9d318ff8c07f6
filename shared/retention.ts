import type { Retention } from './model/backup-set.ts'
import type { Snapshot } from './model/snapshot.ts'

/** What a rule looks at: when it was taken, by the clock on the wall of the computer that took it. */
export type DatedSnapshot = Pick<Snapshot, 'takenAt' | 'utcOffsetMinutes'>

export type RetentionRule = keyof Retention

export interface Applied<S> {
  /** Newest first, each with the rules that keep it. */
  readonly kept: readonly { readonly snapshot: S; readonly rules: readonly RetentionRule[] }[]
  /** Newest first. */
  readonly removed: readonly S[]
}

export interface RetentionContext {
  readonly nowMs: number
  /** Whether the engine keeps the oldest snapshot for rules that have not found enough (restic 0.16). */
  readonly keepsOldest: boolean
}

const minuteMs = 60_000
const dayMs = 86_400_000

/**
 * Which snapshots of one repository `restic forget` keeps under a policy, all in one group.
 *
 * The rules are restic's (https://restic.readthedocs.io/en/stable/060_forget.html#removing-snapshots-according-to-a-policy):
 * each rule that counts takes the newest snapshot of a period, as long as it has counts left; days end at
 * midnight of the computer that took the snapshot, weeks are those of ISO 8601; "within" counts from the
 * newest snapshot that is not in the future. restic does the removing: this only foretells it, and
 * test/core/retention.test.ts holds it against restic.
 */
export function applyRetention<S extends DatedSnapshot>(
  retention: Retention,
  snapshots: readonly S[],
  context: RetentionContext,
): Applied<S> {
  const dated = snapshots.map(datesOf).sort((a, b) => b.atMs - a.atMs)
  const { isKept } = decideFor(retention, dated, context)
  const rules = dated.map((each, index) => ({ each, rules: isKept(each, index) }))
  return {
    kept: rules
      .filter((one) => one.rules.length > 0)
      .map((one) => ({ snapshot: one.each.of, rules: one.rules })),
    removed: rules.filter((one) => one.rules.length === 0).map((one) => one.each.of),
  }
}

/** How far `departures` looks ahead. */
export const foreseenDays = 800

/**
 * When each snapshot that stays now will go, if from now on one backup a day is made at the time of the
 * newest one. Snapshots that stay longer than the foreseen days are not in it.
 */
export function departures<S extends DatedSnapshot>(
  retention: Retention,
  snapshots: readonly S[],
  context: RetentionContext,
): Map<S, number> {
  let there: Dated<S | null>[] = applyRetention(retention, snapshots, context).kept.map((one) =>
    datesOf(one.snapshot),
  )
  const goesAtMs = new Map<S, number>()
  const [newest] = there
  if (newest === undefined) return goesAtMs
  let realLeft = there.length
  for (let day = 1; day <= foreseenDays && realLeft > 0; day++) {
    const atMs = newest.atMs + day * dayMs
    there.unshift(datesAt(null, atMs, newest.offsetMs))
    const { isKept } = decideFor(retention, there, { ...context, nowMs: atMs + 1 })
    there = there.filter((each, index) => {
      if (isKept(each, index).length > 0) return true
      if (each.of !== null) {
        goesAtMs.set(each.of, atMs)
        realLeft -= 1
      }
      return false
    })
  }
  return goesAtMs
}

interface Dated<S> {
  readonly of: S
  readonly atMs: number
  readonly offsetMs: number
  readonly hour: number
  readonly day: number
  readonly week: number
  readonly month: number
  readonly year: number
}

function datesOf<S extends DatedSnapshot>(snapshot: S): Dated<S> {
  return datesAt(snapshot, Date.parse(snapshot.takenAt), snapshot.utcOffsetMinutes * minuteMs)
}

/** Each period as a number that differs from that of the neighbouring periods. */
function datesAt<S>(of: S, atMs: number, offsetMs: number): Dated<S> {
  const wallMs = atMs + offsetMs
  const wall = new Date(wallMs)
  const day = Math.floor(wallMs / dayMs)
  return {
    of,
    atMs,
    offsetMs,
    hour: Math.floor(wallMs / (60 * minuteMs)),
    day,
    // 1 January 1970 was a Thursday; weeks begin on Mondays.
    week: Math.floor((day + 3) / 7),
    month: wall.getUTCFullYear() * 12 + wall.getUTCMonth(),
    year: wall.getUTCFullYear(),
  }
}

/** @param dated newest first; `isKept` must be asked in that order, once for each */
function decideFor(retention: Retention, dated: readonly Dated<unknown>[], context: RetentionContext) {
  // restic takes the beginning of time when all are in the future, so that everything is younger.
  const latestMs = dated.find(({ atMs }) => atMs < context.nowMs)?.atMs ?? Number.NEGATIVE_INFINITY
  const sinceMs = latestMs - retention.keepWithinDays * dayMs
  const counters = [
    counter('keepLastCount', (_each, index) => index),
    counter('keepHourlyCount', ({ hour }) => hour),
    counter('keepDailyCount', ({ day }) => day),
    counter('keepWeeklyCount', ({ week }) => week),
    counter('keepMonthlyCount', ({ month }) => month),
    counter('keepYearlyCount', ({ year }) => year),
  ]

  function counter(
    rule: Exclude<RetentionRule, 'keepWithinDays'>,
    periodOf: (each: Dated<unknown>, index: number) => number,
  ) {
    let left = retention[rule]
    let last: number | undefined
    return (each: Dated<unknown>, index: number): RetentionRule[] => {
      if (left === 0) return []
      const period = periodOf(each, index)
      const isOldest = context.keepsOldest && index === dated.length - 1
      if (period === last && !isOldest) return []
      last = period
      left -= 1
      return [rule]
    }
  }

  return {
    isKept: (each: Dated<unknown>, index: number): RetentionRule[] => {
      const isYoung = retention.keepWithinDays > 0 && each.atMs > sinceMs
      return [
        ...(isYoung ? (['keepWithinDays'] as const) : []),
        ...counters.flatMap((keepsBy) => keepsBy(each, index)),
      ]
    },
  }
}
