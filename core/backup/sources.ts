import { lstat } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'

export interface Sources {
  readonly present: readonly string[]
  readonly missing: readonly string[]
}

/**
 * Which sources are there. restic passes over a missing one with a sentence and exit code 0; here it is
 * something that the snapshot lacks.
 *
 * @throws AppError SOURCE_MISSING with details `{ paths }` when none is there
 */
export async function findSources(paths: readonly string[]): Promise<Sources> {
  const present: string[] = []
  const missing: string[] = []
  for (const path of paths) ((await isThere(path)) ? present : missing).push(path)
  if (present.length > 0) return { present, missing }
  throw new AppError('SOURCE_MISSING', 'Nothing that this set backs up is there.', {
    details: { paths: missing },
  })
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false
    // It is there and cannot be looked at: restic says the same, with a reason, and ends incomplete.
    return true
  }
}
