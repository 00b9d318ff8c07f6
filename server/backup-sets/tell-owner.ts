import { backupSetDefinitionSchema } from '../../shared/model/backup-set.ts'
import type { SetNotice } from '../factors/announce.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import type { Tx } from '../store/store.ts'
import type { BackupSetRow } from '../store/tables.ts'

/** Announces on every channel of the owner what takes backups away, in the transaction that does it. */
export async function tellOwner(
  tx: Tx,
  nowMs: number,
  { definition, userId }: Pick<BackupSetRow, 'definition' | 'userId'>,
  what: SetNotice,
): Promise<void> {
  const { name } = backupSetDefinitionSchema.parse(JSON.parse(definition))
  await recordNotice(tx, nowMs, { userId, what, label: name, exceptFactorId: null })
}
