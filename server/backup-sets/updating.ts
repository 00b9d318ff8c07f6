import { AppError } from '../../shared/errors.ts'
import { backupSetDefinitionSchema, isShorterRetention } from '../../shared/model/backup-set.ts'
import type { InputOf } from '../../shared/routes.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Call } from '../http/handler.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { requireOwnDevice } from './creating.ts'
import { checkDefinition } from './definition-check.ts'
import { endLeasesOfSet } from './ending-leases.ts'
import { requireLiveSet, setLock } from './own-sets.ts'
import { tellOwner } from './tell-owner.ts'

/**
 * Changes a set. Shorter retention would let snapshots go that are kept today, so it needs a grant of its
 * own; everything else is covered by the fresh session.
 *
 * @throws AppError INPUT_INVALID, NOT_FOUND, VERSION_CONFLICT; STEP_UP_REQUIRED (`shorten-retention`)
 */
export async function updateBackupSet(
  deps: ServerDeps,
  { backupSetId, definition, version, deviceId, grantToken }: InputOf<'updateBackupSet'>,
  { caller, origin }: Call<'fresh'>,
): Promise<void> {
  checkDefinition(definition)
  const now = deps.clock.nowMs()
  const userId = caller.user.id
  await deps.store.transact([setLock(backupSetId), 'audit'], async (tx) => {
    const set = await requireLiveSet(tx, userId, backupSetId)
    if (set.version !== version)
      throw new AppError('VERSION_CONFLICT', 'The set was changed meanwhile.', {
        details: { version: set.version },
      })
    const previous = backupSetDefinitionSchema.parse(JSON.parse(set.definition))
    const isShorter = isShorterRetention(previous.retention, definition.retention)
    // An absent grant is refused, and recorded, as a wrong one is.
    if (isShorter)
      await consumeGrant(tx, deps, caller, grantToken ?? '', { kind: 'shorten-retention', backupSetId })
    const isMoved = deviceId !== undefined && deviceId !== set.deviceId
    if (isMoved) {
      await requireOwnDevice(tx, userId, deviceId)
      await endLeasesOfSet(tx, backupSetId, now)
    }
    await tx
      .updateTable('backupSets')
      .set({
        definition: JSON.stringify(definition),
        version: version + 1,
        ...(isMoved ? { deviceId } : {}),
      })
      .where('id', '=', backupSetId)
      .execute()
    if (isShorter) await tellOwner(tx, now, set, 'retention-shortened')
    await appendAudit(tx, {
      at: now,
      actor: `user:${userId}`,
      action: 'backup-set.changed',
      outcome: 'ok',
      target: backupSetId,
      address: origin.address,
      details: {
        version: version + 1,
        isRetentionShorter: isShorter,
        ...(isMoved ? { movedTo: deviceId } : {}),
      },
    })
  })
}
