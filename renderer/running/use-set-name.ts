import type { BackupSetId } from '../../shared/model/ids.ts'
import { useAsk } from '../client/use-ask.ts'

/** The name of a set; undefined while it is not known or when it is gone. */
export function useSetName(backupSetId: BackupSetId): string | undefined {
  const sets = useAsk('sets.list', {})
  return sets.data?.backupSets.find((set) => set.id === backupSetId)?.definition.name
}
