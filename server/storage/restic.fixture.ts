import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Lease } from '../../shared/model/lease.ts'

const run = promisify(execFile)

export interface ResticRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** restic with a cache and a password of its own; its repository is what a lease opens. */
export function resticIn(folder: string, serverAddress: string) {
  const cache = join(folder, 'cache')
  mkdirSync(cache, { recursive: true })
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    RESTIC_CACHE_DIR: cache,
    RESTIC_PASSWORD: 'for the test',
  }
  const call = async (repository: string, args: readonly string[]): Promise<ResticRun> => {
    try {
      const { stdout, stderr } = await run('restic', args, {
        env: { ...environment, RESTIC_REPOSITORY: repository },
        maxBuffer: 64 * 1024 * 1024,
        timeout: 60_000,
      })
      return { exitCode: 0, stdout, stderr }
    } catch (error) {
      if (!(error instanceof Error) || !('stdout' in error) || !('stderr' in error) || !('code' in error))
        throw error
      return { exitCode: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) }
    }
  }
  return {
    /** Through the server. */
    run: (lease: Lease, ...args: string[]) =>
      call(
        `rest:${serverAddress.replace('://', `://${lease.id}:${lease.secret}@`)}${lease.repositoryPath}`,
        args,
      ),
    /** In a folder, without the server. */
    runLocal: (repositoryFolder: string, ...args: string[]) => call(repositoryFolder, args),
    /** The packs that restic keeps in its cache: those of folders. */
    cachedPacks: (): string[] => {
      const packs: string[] = []
      for (const repository of readdirSync(cache)) {
        const data = join(cache, repository, 'data')
        if (!existsSync(data)) continue
        for (const part of readdirSync(data)) packs.push(...readdirSync(join(data, part)))
      }
      return packs.filter((name) => /^[0-9a-f]{64}$/.test(name))
    },
  }
}
