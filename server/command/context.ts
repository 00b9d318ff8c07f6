import { homedir, platform, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { createHashPool, type HashPool } from '../accounts/hash-pool.ts'
import { readConfig } from '../config-file.ts'
import type { ServerDeps } from '../deps.ts'
import { createLog } from '../logging/log.ts'
import { requireServerKey } from '../required-key.ts'
import { openMigratedStore } from '../store/configured.ts'
import type { CommandIo } from './io.ts'

export interface CommonOptions {
  readonly data?: string
  readonly json?: boolean
}

export interface AdminDeps extends ServerDeps {
  readonly hashes: HashPool
  readonly dataFolder: string
  /** Whom the audit log names. */
  readonly by: string
}

/** The options of every command, and its examples below the help. */
export function common(command: Command, ...examples: string[]): Command {
  return command
    .option(
      '--data <folder>',
      'data folder of the server (default: HOLDFAST_SERVER_DATA or the system’s place)',
    )
    .option('--json', 'print JSON for programs')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ holdfast-server ${line}\n`).join('')}`)
}

export function dataFolderOf(options: CommonOptions, io: Pick<CommandIo, 'environment'>): string {
  const stated = options.data ?? io.environment['HOLDFAST_SERVER_DATA']
  if (stated !== undefined && stated !== '') return resolve(stated)
  switch (platform()) {
    case 'win32':
      return join(io.environment['ProgramData'] ?? 'C:\\ProgramData', 'Holdfast Server')
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Holdfast Server')
    default:
      return userInfo().uid === 0
        ? '/var/lib/holdfast-server'
        : join(io.environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'holdfast-server')
  }
}

/**
 * Runs `work` on the server's own database, also beside a running server.
 *
 * @throws AppError NOT_SET_UP where no server was started yet
 */
export async function withServer<T>(
  options: CommonOptions,
  io: CommandIo,
  work: (deps: AdminDeps) => Promise<T>,
): Promise<T> {
  const dataFolder = dataFolderOf(options, io)
  const config = readConfig(dataFolder, io.environment)
  const store = await openMigratedStore(config, dataFolder)
  try {
    return await work({
      store,
      clock: io.clock,
      serverKey: await requireServerKey(store, join(dataFolder, 'server.key')),
      log: createLog('error'),
      config,
      hashes: createHashPool(config.argon2),
      dataFolder,
      by: io.actor,
    })
  } finally {
    await store.close()
  }
}

/** For people a text, for programs one line of JSON. */
export function answer(io: CommandIo, options: CommonOptions, value: object, text: string): void {
  io.out(options.json === true ? `${JSON.stringify(value)}\n` : text)
}
