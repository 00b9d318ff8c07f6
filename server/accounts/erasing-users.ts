import type { UserId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { codeLane, passwordLane } from '../sign-in/lanes.ts'
import { forgetFailures } from '../sign-in/throttles.ts'
import { releaseTime } from '../storage/retention-lock.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { administratorsLock } from './administrators.ts'
import { policyOfUser } from './policies.ts'

/**
 * Erases the accounts whose waiting time is over and whose backups the purge has erased: everything that is stored
 * of them, for good. The audit log keeps its entries, its chain would break otherwise; they name accounts by id.
 * From then on the login name is free. Safe to run in several processes at once.
 *
 * @returns how many were erased
 */
export async function eraseDueAccounts(deps: ServerDeps): Promise<number> {
  const due = await deps.store.db
    .selectFrom('users')
    .select('id')
    .where('eraseAfter', '<=', deps.clock.nowMs())
    .execute()
  let erasedCount = 0
  for (const { id } of due) {
    const locks = [`user:${id}`, administratorsLock, 'audit']
    if (await deps.store.transact(locks, (tx) => eraseAccount(deps, tx, id))) erasedCount += 1
  }
  return erasedCount
}

async function eraseAccount(deps: ServerDeps, tx: Tx, userId: UserId): Promise<boolean> {
  const nowMs = deps.clock.nowMs()
  const user = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
  if (user === undefined || user.eraseAfter === null || nowMs < user.eraseAfter) return false
  if (await hasBackups(deps, tx, userId, nowMs)) return false
  await eraseSignIn(deps, tx, user)
  await eraseContacts(tx, userId)
  for (const table of ['jobRuns', 'leases', 'grants', 'sessions', 'apiTokens', 'devices'] as const) {
    await tx.deleteFrom(table).where('userId', '=', userId).execute()
  }
  await tx.deleteFrom('approvals').where('targetUserId', '=', userId).execute()
  await eraseAlerts(tx, user)
  await tx.updateTable('users').set({ ownerId: null }).where('ownerId', '=', userId).execute()
  await tx.deleteFrom('users').where('id', '=', userId).execute()
  const action = 'user.erased'
  await appendAudit(tx, { at: nowMs, actor: 'server', action, outcome: 'ok', target: userId })
  return true
}

/** Whether something of it is still stored. A set that was being made while the account closed waits as any other. */
async function hasBackups({ config }: ServerDeps, tx: Tx, userId: UserId, nowMs: number): Promise<boolean> {
  const { protection } = await policyOfUser(tx, userId)
  await tx
    .updateTable('backupSets')
    .set({ deletedAt: nowMs, purgeAfter: releaseTime(protection, config, nowMs) })
    .where('userId', '=', userId)
    .where('deletedAt', 'is', null)
    .execute()
  const repository = await tx
    .selectFrom('repositories')
    .select('id')
    .where('userId', '=', userId)
    .executeTakeFirst()
  return repository !== undefined
}

async function eraseSignIn({ serverKey }: ServerDeps, tx: Tx, { id, loginName }: UserRow): Promise<void> {
  const devices = await tx.selectFrom('devices').select('id').where('userId', '=', id).execute()
  const lanes = [null, ...devices.map((device) => device.id)].flatMap((deviceId) => [
    passwordLane(serverKey, loginName, deviceId),
    codeLane(id, deviceId),
  ])
  await forgetFailures(tx, lanes)
  await tx
    .deleteFrom('throttles')
    .where('key', 'like', `%${id.replace(/[\\%_]/g, '\\$&')}%`)
    .execute()
  const begun = tx.selectFrom('transactions').select('id').where('userId', '=', id)
  await tx.deleteFrom('handOffs').where('transactionId', 'in', begun).execute()
  const tables = ['phoneRequests', 'transactions', 'backupCodes', 'factorEvents', 'factors'] as const
  for (const table of [...tables, 'passwordResets'] as const) {
    await tx.deleteFrom(table).where('userId', '=', id).execute()
  }
}

async function eraseContacts(tx: Tx, userId: UserId): Promise<void> {
  const recoveries = tx.selectFrom('recoveries').select('id').where('userId', '=', userId)
  await tx.deleteFrom('recoveryNotices').where('recoveryId', 'in', recoveries).execute()
  await tx.deleteFrom('recoveryCancelTokens').where('recoveryId', 'in', recoveries).execute()
  for (const table of ['recoveries', 'recoveryPhones', 'accountNotices'] as const) {
    await tx.deleteFrom(table).where('userId', '=', userId).execute()
  }
}

/** Alerts name accounts as people know them. */
async function eraseAlerts(tx: Tx, { loginName }: UserRow): Promise<void> {
  const rows = await tx.selectFrom('alerts').select(['id', 'details']).execute()
  const named = rows.filter(({ details }) => {
    const { about, loginName: named } = JSON.parse(details) as Record<string, unknown>
    return about === loginName || named === loginName
  })
  for (const { id } of named) await tx.deleteFrom('alerts').where('id', '=', id).execute()
}
