import { access, constants } from 'node:fs/promises'
import { constants as os } from 'node:os'
import { codeOf } from '../profile/system-error.ts'
import type { LeftOut } from '../../shared/model/job-run.ts'
import type { BackupError } from '../engine/backup-messages.ts'

/** How many are kept by name; the count goes on (shared/model/job-run.ts). */
const keptCount = 1000
const longestPath = 4096
const longestReason = 300

/** What a backup lacks, by name up to a bound and by number. */
export interface LeftOutList {
  add(path: string, reason: string): void
  /** From restic; the same file is reported while scanning and while reading, only the second counts. */
  addFrom(error: BackupError): void
  count(): number
  /** The first 1,000; asks the file system where restic gave no reason. */
  list(): Promise<LeftOut[]>
}

export function leftOutList(): LeftOutList {
  const kept: LeftOut[] = []
  let count = 0
  const add = (path: string, reason: string): void => {
    count += 1
    if (kept.length >= keptCount) return
    kept.push({ path: path.slice(0, longestPath), reason: reason.slice(0, longestReason) })
  }
  return {
    add,
    addFrom: (error) => {
      if (error.during !== 'scan') add(error.item, reasonOf(error))
    },
    count: () => count,
    list: () =>
      Promise.all(
        kept.map(async ({ path, reason }) => ({ path, reason: reason === '' ? await probe(path) : reason })),
      ),
  }
}

function reasonOf({ error, item }: BackupError): string {
  if (error?.message !== undefined) return error.message.replace(`: ${item}`, '').replace(` ${item}`, '')
  // restic 0.14 prints Go's error structure: an errno, or nothing at all.
  if (error?.Err !== undefined) return errnoText(error.Err)
  return ''
}

const sentences: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file or directory',
  EIO: 'input/output error',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'name too long',
}

function errnoText(errno: number): string {
  const name = Object.entries(os.errno).find(([, value]) => value === errno)?.[0]
  return name === undefined ? `error ${errno}` : (sentences[name] ?? name)
}

async function probe(path: string): Promise<string> {
  try {
    await access(path, constants.R_OK)
    return 'could not be read'
  } catch (error) {
    return sentences[codeOf(error)] ?? codeOf(error)
  }
}
