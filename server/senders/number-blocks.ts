import type { UserId } from '../../shared/model/ids.ts'
import type { Limits } from '../../shared/model/policy.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { lockedUntil } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'

const dayMs = 86_400_000

/** Numbers are rented out in blocks of up to ten thousand: those that differ in their last four digits only. */
export function blockOf(number: string): string {
  return number.slice(0, -4)
}

/** @returns the seconds until a number of this block can be registered again, or null */
export async function blockPause(tx: Tx, number: string, nowMs: number): Promise<number | null> {
  const until = await lockedUntil(tx, pauseKey(blockOf(number)), nowMs)
  return until === null ? null : Math.ceil((until - nowMs) / 1000)
}

/**
 * Takes note that somebody begins to register a number, and pauses its block when many numbers of it were begun
 * in a day and few of them proven: nobody reads those messages, somebody earns by them (SMS pumping,
 * https://www.twilio.com/docs/verify/preventing-toll-fraud). Numbers that are proven already stay usable.
 */
export async function noteRegistration(
  tx: Tx,
  send: { readonly number: string; readonly registering: UserId },
  limits: Limits,
  nowMs: number,
): Promise<void> {
  const block = blockOf(send.number)
  const row = { prefix: block, lastAt: nowMs }
  await tx
    .insertInto('numberRegistrations')
    .values({ number: send.number, ...row })
    .onConflict((conflict) => conflict.column('number').doUpdateSet(row))
    .execute()
  const begun = await tx
    .selectFrom('numberRegistrations')
    .leftJoin('factors', (join) =>
      join.onRef('factors.phoneNumber', '=', 'numberRegistrations.number').on('factors.isProven', '=', 1),
    )
    .select(['numberRegistrations.number', 'factors.id as provenId'])
    .where('prefix', '=', block)
    .where('lastAt', '>', nowMs - dayMs)
    .limit(20 * limits.pumpingNumbers)
    .execute()
  const numbers = new Set(begun.map(({ number }) => number)).size
  const proven = new Set(begun.filter(({ provenId }) => provenId !== null).map(({ number }) => number)).size
  if (numbers < limits.pumpingNumbers || proven * 100 >= numbers * limits.pumpingProvenPercent) return
  const until = nowMs + limits.prefixPauseHours * 3_600_000
  const pause = { count: numbers, windowStartedAt: nowMs, lockedUntil: until, lockCount: 1 }
  await tx
    .insertInto('throttles')
    .values({ key: pauseKey(block), ...pause })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(pause))
    .execute()
  const details = { block, numbers, proven, hours: limits.prefixPauseHours }
  await recordAlert(tx, { kind: 'number-block-paused', about: block, details }, nowMs)
}

/**
 * Ends the pause of a block, and forgets what it was paused for.
 *
 * @param block as the alert names it: a number without its last four digits
 * @returns whether it was paused
 */
export async function resumeNumberBlock(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  block: string,
  by: string,
): Promise<boolean> {
  return await deps.store.transact(['throttle:sends', 'audit'], async (tx) => {
    const at = deps.clock.nowMs()
    const ended = await tx.deleteFrom('throttles').where('key', '=', pauseKey(block)).executeTakeFirst()
    await tx.deleteFrom('numberRegistrations').where('prefix', '=', block).execute()
    await appendAudit(tx, { at, actor: by, action: 'number-block.resumed', outcome: 'ok', target: block })
    return ended.numDeletedRows > 0n
  })
}

function pauseKey(block: string): string {
  return `send:paused:${block}`
}
