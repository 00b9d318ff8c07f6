import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backupSetDefinitionSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import { backupSetIdSchema } from '../../shared/model/ids.ts'
import type { Engine } from '../engine/engine.ts'
import type { Repository } from '../engine/environment.ts'
import { findEngine } from '../engine/find-engine.ts'
import { systemClock } from '../ports/system-clock.ts'
import { runRestic } from '../engine/run-restic.ts'

/** A real restic repository in a folder, with its engine and a set that could use it. */
export interface FolderRepository {
  readonly folder: string
  readonly engine: Engine
  readonly repository: Repository
  setOf(definition: Record<string, unknown>): BackupSet
  /** Runs a restic command and gives its standard output. */
  restic(...args: string[]): string
  remove(): Promise<void>
}

export async function folderRepository(): Promise<FolderRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-restic-'))
  const engine = await findEngine(process.env)
  const repository: Repository = {
    kind: 'folder',
    path: join(folder, 'repository'),
    password: 'a password of tests',
    cacheFolder: join(folder, 'cache'),
  }
  await runRestic(systemClock, { engine, repository, args: ['init'] })
  return {
    folder,
    engine,
    repository,
    setOf: (definition) =>
      ({
        id: backupSetIdSchema.parse(`set_${'a'.repeat(22)}`),
        definition: backupSetDefinitionSchema.parse({ name: 'Test', sources: [folder], ...definition }),
      }) as BackupSet,
    restic: (...args) =>
      execFileSync(engine.path, args, {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          RESTIC_REPOSITORY: repository.path,
          RESTIC_PASSWORD: repository.password,
          RESTIC_CACHE_DIR: repository.cacheFolder,
        },
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
