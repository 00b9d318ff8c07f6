import { isAppError, type ErrorCode } from '../../shared/errors.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import { appendAudit, type AuditEntry } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Origin } from '../http/handler.ts'
import type { LeaseRow } from '../store/tables.ts'

export interface Refusal {
  readonly lease: LeaseRow
  readonly code: ErrorCode
  /** Such as `storage.remove`. */
  readonly action: string
  /** Type and name of the object. */
  readonly target: string
  readonly address: string
}

/** restic repeats a refused request for up to 15 minutes; a thief repeats it for ever. */
const auditEveryMs = 60_000

/** What ends a run: the client learns it with its next heartbeat and stops restic (ARCHITECTURE §10). */
const runEnding: readonly ErrorCode[] = ['QUOTA_EXCEEDED', 'DISK_FULL', 'BRAKE_TRIPPED']

/**
 * Records that storage refused something: in the audit log once per lease, reason and minute, and with the
 * lease where it must end the run.
 */
export async function recordRefusal(deps: ServerDeps, refusal: Refusal): Promise<void> {
  const { lease, code, action, target, address } = refusal
  deps.log.info({ leaseId: lease.id, code, action, target, address }, 'Storage refused a request')
  if (runEnding.includes(code)) await tellLease(deps, lease, code)
  await auditOncePerMinute(deps, `${eventPrefix}refusal:${lease.id}:${action}:${code}`, {
    actor: actorOf(lease),
    action,
    outcome: 'refused',
    target,
    address,
    details: { code, leaseId: lease.id, leaseKind: lease.kind, repositoryId: lease.repositoryId },
  })
}

/** Who acts with a lease: the computer that proved itself for it, or the user whose session it comes from. */
export function actorOf(lease: LeaseRow): string {
  return lease.deviceId === null ? `user:${lease.userId}` : `device:${lease.deviceId}`
}

/** Lets the lease's heartbeats say why its run cannot go on. */
export async function tellLease(deps: ServerDeps, lease: LeaseRow, problem: ErrorCode): Promise<void> {
  await deps.store.db.updateTable('leases').set({ problem }).where('id', '=', lease.id).execute()
}

/**
 * How `auditOncePerMinute` remembers; the jobs forget them after a day. One row for each lease and reason, or
 * network and reason.
 */
export const eventPrefix = 'storage-event:'

/** @param key what counts as the same event; begins with `eventPrefix` */
export async function auditOncePerMinute(
  deps: ServerDeps,
  key: string,
  entry: Omit<AuditEntry, 'at'>,
): Promise<void> {
  const now = deps.clock.nowMs()
  const isRecent = (last: { windowStartedAt: number } | undefined): boolean =>
    last !== undefined && last.windowStartedAt > now - auditEveryMs && last.windowStartedAt <= now
  const { db } = deps.store
  // Mostly this answers, without a lock.
  if (
    isRecent(
      await db.selectFrom('throttles').select('windowStartedAt').where('key', '=', key).executeTakeFirst(),
    )
  )
    return
  await deps.store.transact([`throttle:${key}`, 'audit'], async (tx) => {
    const last = await tx
      .selectFrom('throttles')
      .select('windowStartedAt')
      .where('key', '=', key)
      .executeTakeFirst()
    if (isRecent(last)) return
    await tx
      .insertInto('throttles')
      .values({ key, count: 1, windowStartedAt: now, lockedUntil: null, lockCount: 0 })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ windowStartedAt: now }))
      .execute()
    await appendAudit(tx, { at: now, ...entry })
  })
}

/**
 * Runs `work`, which a device asks for, and records its refusal, once per network, reason and minute: such
 * calls are anonymous until they are proven, and nobody may fill the audit log with them.
 */
export async function auditDeviceRefusal<T>(
  deps: ServerDeps,
  call: { action: string; deviceId: DeviceId; target: string; origin: Origin },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error)) {
      const isProven = error.code !== 'DEVICE_UNKNOWN' && error.code !== 'INPUT_INVALID'
      await auditOncePerMinute(
        deps,
        `${eventPrefix}refusal:${call.origin.network}:${call.action}:${error.code}`,
        {
          actor: `${isProven ? 'device' : 'unknown'}:${call.deviceId}`,
          action: call.action,
          outcome: 'refused',
          target: call.target,
          address: call.origin.address,
          details: { code: error.code },
        },
      )
    }
    throw error
  }
}
