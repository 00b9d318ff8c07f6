import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Engine } from '../engine/engine.ts'
import { excludeFileText } from './exclude-file.ts'

/**
 * Gives the arguments of `restic backup` to `work`. Sources and exclusions travel in files that only we
 * can read: arguments are seen by all users of a computer and are limited in length, and a name may hold
 * newlines, which `--files-from-raw` (NUL-separated) takes.
 */
export async function withBackupArguments<T>(
  options: {
    engine: Engine
    backupSet: BackupSet
    sources: readonly string[]
    hostName: string
    /** Where the files are for the time of the run. */
    workFolder: string
  },
  work: (args: readonly string[]) => Promise<T>,
): Promise<T> {
  const { engine, backupSet, sources, hostName, workFolder } = options
  const { exclusions, uploadLimitKibPerSecond } = backupSet.definition
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(workFolder, 'backup-'))
  try {
    const sourcesFile = join(folder, 'sources')
    const excludeFile = join(folder, 'exclude')
    await writeFile(sourcesFile, sources.map((path) => `${path}\0`).join(''), { mode: 0o600 })
    await writeFile(excludeFile, excludeFileText(exclusions), { mode: 0o600 })
    return await work([
      'backup',
      '--json',
      '--files-from-raw',
      sourcesFile,
      '--exclude-file',
      excludeFile,
      '--host',
      hostName,
      '--tag',
      backupSet.id,
      // Else a set whose sources changed would have no parent, and every file would be read again.
      ...(engine.features.parentGrouping ? ['--group-by', 'host,tags'] : []),
      ...(uploadLimitKibPerSecond === null ? [] : ['--limit-upload', String(uploadLimitKibPerSecond)]),
    ])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
