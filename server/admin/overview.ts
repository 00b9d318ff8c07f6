import type { Overview } from '../../shared/model/overview.ts'
import { countUsers, type AccountQuery, type ListDeps, type Reach } from '../accounts/user-list.ts'
import { codeLane, passwordLane } from '../sign-in/lanes.ts'

const weekMs = 7 * 86_400_000

/** Figures of everybody, or of a sub-administrator's own users. */
export async function overviewOf(deps: ListDeps, reach: Reach): Promise<Overview> {
  return {
    users: await userFigures(deps, reach),
    devices: await deviceFigures(deps, reach),
    storage: await storageFigures(deps, reach),
  }
}

async function userFigures(deps: ListDeps, reach: Reach): Promise<Overview['users']> {
  const count = (query: AccountQuery) => countUsers(deps, query, reach)
  return {
    total: await count({}),
    suspended: await count({ status: 'suspended' }),
    expired: await expiredCount(deps, reach),
    withoutFactor: await count({ factorState: 'none' }),
    unproven: await count({ factorState: 'unproven' }),
    proven: await count({ factorState: 'proven' }),
    paused: await pausedCount(deps, reach),
    legacy: await count({ isLegacy: true }),
    trial: await count({ subscription: 'trial' }),
  }
}

function usersInReach({ store: { db } }: ListDeps, reach: Reach) {
  const users = db.selectFrom('users')
  return reach === null ? users : users.where('ownerId', '=', reach).where('kind', '=', 'backup')
}

async function expiredCount(deps: ListDeps, reach: Reach): Promise<number> {
  const { count } = await usersInReach(deps, reach)
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('expiresAt', '<=', deps.clock.nowMs())
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** From the few lanes that pause now: a pause of a computer that is known has another name and does not count. */
async function pausedCount(deps: ListDeps, reach: Reach): Promise<number> {
  const { clock, serverKey, store } = deps
  const lanes = await store.db
    .selectFrom('throttles')
    .select('key')
    .where('lockedUntil', '>', clock.nowMs())
    .execute()
  if (lanes.length === 0) return 0
  const keys = new Set(lanes.map(({ key }) => key))
  const users = await usersInReach(deps, reach).select(['id', 'loginName']).execute()
  return users.filter(
    ({ id, loginName }) => keys.has(codeLane(id, null)) || keys.has(passwordLane(serverKey, loginName, null)),
  ).length
}

async function deviceFigures(deps: ListDeps, reach: Reach): Promise<Overview['devices']> {
  const nowMs = deps.clock.nowMs()
  const row = await deps.store.db
    .selectFrom('devices')
    .where('revokedAt', 'is', null)
    .where('userId', 'in', usersInReach(deps, reach).select('id'))
    .select(({ eb, fn }) => [
      fn.countAll<number | string>().as('enrolled'),
      fn
        .sum<number | string | null>(eb.case().when('trustedUntil', '>', nowMs).then(1).else(0).end())
        .as('trusted'),
      fn
        .sum<number | string | null>(
          eb
            .case()
            .when(fn.coalesce('lastSeenAt', 'enrolledAt'), '<', nowMs - weekMs)
            .then(1)
            .else(0)
            .end(),
        )
        .as('silent'),
    ])
    .executeTakeFirstOrThrow()
  return { enrolled: Number(row.enrolled), trusted: Number(row.trusted), silent: Number(row.silent) }
}

async function storageFigures(deps: ListDeps, reach: Reach): Promise<Overview['storage']> {
  const { db } = deps.store
  const users = usersInReach(deps, reach).select('id')
  const sets = await db
    .selectFrom('backupSets')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('deletedAt', 'is', null)
    .where('userId', 'in', users)
    .executeTakeFirstOrThrow()
  const stored = await db
    .selectFrom('repositories')
    .select(({ eb, fn }) => [
      fn.sum<number | string | null>('storedBytes').as('bytes'),
      fn
        .sum<number | string | null>(eb.case().when('brakeTrippedAt', 'is not', null).then(1).else(0).end())
        .as('brakes'),
    ])
    .where('userId', 'in', users)
    .executeTakeFirstOrThrow()
  const trashed = await db
    .selectFrom('objects')
    .innerJoin('repositories', 'repositories.id', 'objects.repositoryId')
    .select(({ fn }) => fn.sum<number | string | null>('objects.sizeBytes').as('bytes'))
    .where('objects.trashedAt', 'is not', null)
    .where('repositories.userId', 'in', users)
    .executeTakeFirstOrThrow()
  return {
    backupSets: Number(sets.count),
    storedBytes: Number(stored.bytes ?? 0),
    trashedBytes: Number(trashed.bytes ?? 0),
    brakesTripped: Number(stored.brakes ?? 0),
  }
}
