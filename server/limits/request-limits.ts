import type { Kysely } from 'kysely'
import type { AppError } from '../../shared/errors.ts'
import type { ApiTokenId, DeviceId, SessionId, UserId } from '../../shared/model/ids.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import type { ServerDeps } from '../deps.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import type { Tables } from '../store/tables.ts'

/** Who has a bucket of its own. */
export type Requester = `session:${SessionId}` | `device:${DeviceId}` | `token:${ApiTokenId}`

/**
 * How many requests somebody who proved who they are may send: a token bucket for each session, computer and API
 * token, which holds a minute's worth and fills up again in a minute.
 */
export interface RequestLimits {
  /**
   * Takes one from the bucket.
   *
   * @param userId whose policy says how large it is
   * @throws AppError RATE_LIMITED with details `retryAfterSeconds`
   */
  take(requester: Requester, userId: UserId): Promise<void>
}

/** A bucket that is empty is full again after this. */
const fillMs = 60_000
/** Withdrawn at once: so many requests cost one write. */
const shareOfBucket = 1 / 20
/** Beyond this many requesters, those that are quiet are forgotten; what they had withdrawn is gone. */
const rememberedMax = 10_000

/** What this process has withdrawn and not spent yet. Nobody else needs it: it is gone from the bucket. */
interface Purse {
  left: number
  /** By then the bucket has filled up again, and old coins would come on top. */
  endsAt: number
  /** The bucket is empty until then: no need to ask again. */
  emptyUntil: number
  /** One withdrawal at a time. */
  filling: Promise<void> | null
}

/**
 * Buckets in the store, one row each, for any number of processes. A process withdraws a twentieth of a bucket
 * at once and spends it in memory, so that most requests write nothing (docs/adr/0018).
 */
export function openRequestLimits(deps: Pick<ServerDeps, 'store' | 'clock'>): RequestLimits {
  const purses = new Map<Requester, Purse>()

  function purseOf(requester: Requester, nowMs: number): Purse {
    const known = purses.get(requester)
    if (known !== undefined) return known
    if (purses.size >= rememberedMax) forgetQuiet(purses, nowMs)
    const purse: Purse = { left: 0, endsAt: 0, emptyUntil: 0, filling: null }
    purses.set(requester, purse)
    return purse
  }

  async function fill(purse: Purse, requester: Requester, userId: UserId): Promise<void> {
    const { limits } = await policyOfUser(deps.store.db, userId)
    const nowMs = deps.clock.nowMs()
    const count = Math.max(1, Math.floor(limits.requestsPerMinute * shareOfBucket))
    const costMs = Math.ceil((fillMs * count) / limits.requestsPerMinute)
    const waitMs = await withdraw(deps.store.db, requester, costMs, nowMs)
    if (waitMs === 0) {
      purse.left = count
      purse.endsAt = nowMs + fillMs
      return
    }
    purse.emptyUntil = nowMs + waitMs
    await auditOnceAMinuteAlone(deps, `requests:${requester}`, {
      at: nowMs,
      actor: requester.startsWith('session:') ? `user:${userId}` : requester,
      action: 'requests.limited',
      outcome: 'refused',
      target: requester.slice(requester.indexOf(':') + 1),
    })
  }

  return {
    async take(requester, userId) {
      for (;;) {
        const nowMs = deps.clock.nowMs()
        const purse = purseOf(requester, nowMs)
        if (purse.left > 0 && isWithin(nowMs, purse.endsAt)) {
          purse.left -= 1
          return
        }
        if (purse.filling === null && isWithin(nowMs, purse.emptyUntil)) {
          throw tooMany(purse.emptyUntil - nowMs)
        }
        purse.filling ??= fill(purse, requester, userId).finally(() => {
          purse.filling = null
        })
        await purse.filling
      }
    },
  }
}

/** A clock that was set back must neither keep coins nor refusals for longer than a minute. */
function isWithin(nowMs: number, endMs: number): boolean {
  return nowMs < endMs && endMs <= nowMs + fillMs
}

/**
 * One statement, so that processes cannot withdraw the same. The row says when the bucket will be full again:
 * each withdrawal moves that on, and none may move it beyond a minute from now (the generic cell rate algorithm).
 *
 * @returns 0 when withdrawn, else the milliseconds until it can be
 */
async function withdraw(
  db: Kysely<Tables>,
  requester: Requester,
  costMs: number,
  nowMs: number,
): Promise<number> {
  const latest = nowMs + fillMs
  const result = await db
    .insertInto('requestBuckets')
    .values({ requester, fullAt: nowMs + costMs })
    .onConflict((conflict) =>
      conflict
        .column('requester')
        .doUpdateSet(({ eb }) => ({
          fullAt: eb
            .case()
            .when(eb.between('requestBuckets.fullAt', nowMs, latest))
            .then(eb('requestBuckets.fullAt', '+', costMs))
            .else(nowMs + costMs)
            .end(),
        }))
        // A time beyond the latest one was written before the clock was set back.
        .where((eb) =>
          eb.or([
            eb('requestBuckets.fullAt', '<=', latest - costMs),
            eb('requestBuckets.fullAt', '>', latest),
          ]),
        ),
    )
    .executeTakeFirstOrThrow()
  if (Number(result.numInsertedOrUpdatedRows ?? 0) === 1) return 0
  const row = await db
    .selectFrom('requestBuckets')
    .select('fullAt')
    .where('requester', '=', requester)
    .executeTakeFirst()
  return Math.max(1, (row?.fullAt ?? latest) - (latest - costMs))
}

function forgetQuiet(purses: Map<Requester, Purse>, nowMs: number): void {
  for (const [requester, { endsAt, emptyUntil, filling }] of purses) {
    if (filling === null && !isWithin(nowMs, endsAt) && !isWithin(nowMs, emptyUntil)) purses.delete(requester)
  }
  // Everybody is busy: the oldest lose what they had withdrawn, and withdraw again.
  for (const requester of purses.keys()) {
    if (purses.size < rememberedMax) return
    purses.delete(requester)
  }
}

function tooMany(waitMs: number): AppError {
  return rateLimited('Too many requests', Math.ceil(waitMs / 1000))
}
