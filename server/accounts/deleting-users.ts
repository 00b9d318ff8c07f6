import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { UserId } from '../../shared/model/ids.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { useApproval } from '../approvals/approvals.ts'
import { setLock } from '../backup-sets/own-sets.ts'
import type { ServerDeps } from '../deps.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import { repositoryLock } from '../storage/object-rows.ts'
import { releaseTime } from '../storage/retention-lock.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { nameOfActor, type By } from './acting.ts'
import { administratorsLock, requireAnotherAdministrator } from './administrators.ts'
import { changeInside, endEverything } from './changing-users.ts'
import { noteReopening } from './handing-over.ts'
import { policyOfUser } from './policies.ts'
import { requireNoOwnUsers } from './update-user.ts'

type DeletionDeps = Pick<ServerDeps, 'store' | 'clock' | 'config'>

/**
 * Asks for the deletion of an account. It closes at once: nobody signs in, nothing is backed up or restored. It is
 * erased with its backups when the retention lock ends, and not before, whatever policy says by then; until then
 * `keepAccount` gives everything back. Its owner is told on every channel, administrators are alerted.
 *
 * @returns when it will be erased
 * @throws AppError NOT_FOUND, NOT_ALLOWED (also `approval-needed`), STEP_UP_REQUIRED; CONFLICT (asked for already,
 *   the last administrator, a sub-administrator with users, `brake-tripped`)
 */
export async function askDeletion(deps: DeletionDeps, userId: UserId, by: By): Promise<number> {
  return await withBackups(deps, userId, async (tx) => {
    const nowMs = deps.clock.nowMs()
    let eraseAfter = 0
    await changeInside(tx, deps, userId, by, 'user.deletion-asked', async (_tx, user) => {
      if (user.eraseAfter !== null) throw new AppError('CONFLICT', 'This account is being deleted already.')
      await requireAnotherAdministrator(tx, user)
      await requireNoOwnUsers(tx, userId)
      await requireNoBrake(tx, userId)
      const { protection } = await policyOfUser(tx, userId)
      if (protection.twoAdministrators) await useApproval(tx, { kind: 'delete-user', userId }, by, nowMs)
      eraseAfter = Math.max(releaseTime(protection, deps.config, nowMs), await lastRelease(tx, userId))
      const label = `${isoOf(eraseAfter).slice(0, 16).replace('T', ' ')} UTC`
      await recordNotice(tx, nowMs, { userId, what: 'account-closed', label, exceptFactorId: null })
      await alert(tx, user, by, eraseAfter, nowMs)
      const closing = { deletionAskedAt: nowMs, eraseAfter, statusBeforeDeletion: user.status }
      await tx
        .updateTable('users')
        .set({ ...closing, status: 'suspended' })
        .where('id', '=', userId)
        .execute()
      await tx
        .updateTable('backupSets')
        .set((eb) => ({ deletedAt: nowMs, purgeAfter: eraseAfter, version: eb('version', '+', 1) }))
        .where('userId', '=', userId)
        .where('deletedAt', 'is', null)
        .execute()
      await tx
        .updateTable('leases')
        .set({ endedAt: nowMs })
        .where('userId', '=', userId)
        .where('endedAt', 'is', null)
        .execute()
      await endEverything(deps, tx, userId)
      return { eraseAfter }
    })
    return eraseAfter
  })
}

/**
 * Takes the deletion of an account back: it is what it was, with its sets, methods and computers. Who was signed in
 * signs in again.
 *
 * @throws AppError NOT_FOUND, NOT_ALLOWED; CONFLICT (nobody asked for it, or the erasing has begun)
 */
export async function keepAccount(deps: DeletionDeps, userId: UserId, by: By): Promise<void> {
  await withBackups(deps, userId, async (tx) => {
    const nowMs = deps.clock.nowMs()
    await changeInside(tx, deps, userId, by, 'user.deletion-undone', async (_tx, user) => {
      if (user.eraseAfter === null) throw new AppError('CONFLICT', 'This account is not being deleted.')
      if (nowMs >= user.eraseAfter) throw new AppError('CONFLICT', 'This account is being erased.')
      const status = user.statusBeforeDeletion ?? 'enabled'
      await noteReopening(tx, nowMs, user, { status }, by)
      await tx
        .updateTable('users')
        .set({ status, deletionAskedAt: null, eraseAfter: null, statusBeforeDeletion: null })
        .where('id', '=', userId)
        .execute()
      // Those that their owner had deleted before stay deleted.
      await tx
        .updateTable('backupSets')
        .set((eb) => ({ deletedAt: null, purgeAfter: null, version: eb('version', '+', 1) }))
        .where('userId', '=', userId)
        .where('deletedAt', '=', user.deletionAskedAt)
        .where('purgeAfter', '=', user.eraseAfter)
        .execute()
      await recordNotice(tx, nowMs, { userId, what: 'account-kept', label: '', exceptFactorId: null })
    })
  })
}

/** Under the locks of the user and of all that the user stores, so that no purge and no run is under way. */
async function withBackups<T>(
  { store }: DeletionDeps,
  userId: UserId,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const sets = await store.db
    .selectFrom('backupSets')
    .select(['id', 'repositoryId'])
    .where('userId', '=', userId)
    .execute()
  const locks = sets.flatMap(({ id, repositoryId }) => [setLock(id), repositoryLock(repositoryId)])
  return await store.transact([`user:${userId}`, administratorsLock, 'audit', ...locks], work)
}

/** A deletion must not go past the stop that unusual deletions made, nor wait behind it without end. */
async function requireNoBrake(tx: Tx, userId: UserId): Promise<void> {
  const tripped = await tx
    .selectFrom('repositories')
    .select('id')
    .where('userId', '=', userId)
    .where('brakeTrippedAt', 'is not', null)
    .executeTakeFirst()
  if (tripped === undefined) return
  throw new AppError(
    'CONFLICT',
    'The brake of one of its backup sets is tripped: look at it, and resume it first.',
    {
      details: { reason: 'brake-tripped' },
    },
  )
}

/** What was deleted under a longer lock keeps to it. */
async function lastRelease(tx: Tx, userId: UserId): Promise<number> {
  const { objects } = await tx
    .selectFrom('objects')
    .innerJoin('repositories', 'repositories.id', 'objects.repositoryId')
    .select(({ fn }) => fn.max<number | string | null>('objects.releaseAt').as('objects'))
    .where('repositories.userId', '=', userId)
    .executeTakeFirstOrThrow()
  const { sets } = await tx
    .selectFrom('backupSets')
    .select(({ fn }) => fn.max<number | string | null>('purgeAfter').as('sets'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow()
  return Math.max(Number(objects ?? 0), Number(sets ?? 0))
}

async function alert(tx: Tx, user: UserRow, by: By, eraseAfter: number, nowMs: number): Promise<void> {
  const details = {
    loginName: user.loginName,
    by: await nameOfActor(tx, by),
    until: isoOf(eraseAfter),
    ...(user.ownerId === null ? {} : { alsoTo: user.ownerId }),
  }
  await recordAlert(tx, { kind: 'account-closed', about: `${user.id}:${nowMs}`, details }, nowMs)
}
