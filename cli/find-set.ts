import { AppError } from '../shared/errors.ts'
import type { BackupSet } from '../shared/model/backup-set.ts'
import type { Snapshot } from '../shared/model/snapshot.ts'
import type { CommandContext } from './context.ts'
import { request } from './request.ts'

/**
 * The set that a person means: its name, its id or the beginning of its id. Without a word the only one there is.
 *
 * @throws AppError NOT_FOUND; INPUT_INVALID when several fit
 */
export function matchSet(sets: readonly BackupSet[], word: string | undefined): BackupSet {
  const fitting = word === undefined ? sets.filter((set) => set.deletedAt === null) : namedSets(sets, word)
  const [only, another] = fitting
  if (only === undefined) {
    const message = word === undefined ? 'There is no backup set yet.' : `There is no backup set "${word}".`
    throw new AppError('NOT_FOUND', message)
  }
  if (another !== undefined) {
    const names = fitting.map((set) => `${set.definition.name} (${set.id})`).join(', ')
    throw new AppError('INPUT_INVALID', `Say which backup set is meant: ${names}.`)
  }
  return only
}

function namedSets(sets: readonly BackupSet[], word: string): BackupSet[] {
  const exact = sets.filter((set) => set.id === word || set.definition.name === word)
  if (exact.length > 0) return exact
  return sets.filter(
    (set) =>
      set.definition.name.toLowerCase() === word.toLowerCase() ||
      (word.length >= 6 && set.id.startsWith(word)),
  )
}

export async function findSet(context: CommandContext, word: string | undefined): Promise<BackupSet> {
  const { backupSets } = await request(context, 'sets.list', {})
  return matchSet(backupSets, word)
}

/**
 * `latest`, an id or the beginning of one.
 *
 * @throws AppError NOT_FOUND; INPUT_INVALID when several fit
 */
export function matchSnapshot(snapshots: readonly Snapshot[], word: string): Snapshot {
  const newestFirst = snapshots.slice().sort((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt))
  const isPrefix = /^[0-9a-f]{4,64}$/.test(word)
  const fitting =
    word === 'latest'
      ? newestFirst.slice(0, 1)
      : newestFirst.filter((snapshot) => isPrefix && snapshot.id.startsWith(word))
  const [only, another] = fitting
  if (only === undefined) {
    const message =
      snapshots.length === 0 ? 'This set has no snapshot yet.' : `There is no snapshot "${word}".`
    throw new AppError('NOT_FOUND', message)
  }
  if (another !== undefined) throw new AppError('INPUT_INVALID', `Several snapshots begin with ${word}.`)
  return only
}

export async function findSnapshot(context: CommandContext, set: BackupSet, word: string): Promise<Snapshot> {
  const { snapshots } = await request(context, 'snapshots.list', { backupSetId: set.id })
  return matchSnapshot(snapshots, word)
}
