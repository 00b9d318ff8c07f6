import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import type { FastifyInstance } from 'fastify'
import { openServer, type OpenServer } from '../../server/app.ts'
import { runServerCommand } from '../../server/command/run.ts'
import { serverConfigSchema, type ServerConfig } from '../../server/config.ts'
import { ensureConfig } from '../../server/config-file.ts'
import { createLog } from '../../server/logging/log.ts'
import { FakeClock } from '../../shared/clock.ts'
import type { AccountServer } from '../fixtures/account.ts'

/** The whole server inside this process, listening on loopback, under a clock that the test moves. */
export interface InsideServer extends AccountServer {
  readonly app: FastifyInstance
  readonly clock: FakeClock
  readonly dataFolder: string
  readonly server: OpenServer
  log(): string
  /** Every row of every table, to tell whether anything changed. */
  dump(): Record<string, unknown[]>
  dispose(): Promise<void>
}

export async function startInsideServer(config: Partial<ServerConfig> = {}): Promise<InsideServer> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'holdfast-inside-'))
  ensureConfig(dataFolder)
  const clock = new FakeClock(Date.now())
  let log = ''
  const settings = serverConfigSchema.parse({
    environment: 'test',
    sms: { provider: 'outbox' },
    listen: { port: 0 },
    ...config,
  })
  const server = await openServer(
    settings,
    dataFolder,
    createLog('debug', { write: (line) => (log += line) }),
    { clock },
  )
  const address = await server.listen()
  return {
    app: server.app,
    server,
    address,
    clock,
    dataFolder,
    log: () => log,
    async command(...args) {
      let out = ''
      let err = ''
      const exitCode = await runServerCommand([...args, '--json', '--data', dataFolder], {
        environment: { HOLDFAST_DATABASE_URL: settings.databaseUrl ?? '' },
        clock,
        out: (text) => (out += text),
        err: (text) => (err += text),
        readInput: () => Promise.resolve(''),
        readLine: () => Promise.resolve(''),
        actor: 'command:test',
        onStop: () => undefined,
      })
      if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${err}`)
      return JSON.parse(out) as unknown
    },
    async passcode(prefix) {
      const folder = path.join(dataFolder, 'outbox')
      for (const name of (await readdir(folder))
        .filter((each) => each.endsWith('.json'))
        .sort((a, b) => b.localeCompare(a))) {
        const digits = new RegExp(`${prefix}-(\\d+)`).exec(
          await readFile(path.join(folder, name), 'utf8'),
        )?.[1]
        if (digits !== undefined) return digits
      }
      throw new Error(`No message carries the prefix ${prefix}.`)
    },
    dump: () => dumpOf(path.join(dataFolder, 'holdfast.db')),
    async dispose() {
      await server.stop(1000)
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** When a session was last used says nothing about what a request did. */
const volatileColumns = new Set(['last_used_at'])
/** How many requests somebody may still send says nothing either. */
const volatileTables = new Set(['request_buckets'])

export function dumpOf(file: string): Record<string, unknown[]> {
  const database = new Database(file, { readonly: true })
  try {
    const names = database
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'table' order by name")
      .all()
    return Object.fromEntries(
      names
        .filter(({ name }) => !volatileTables.has(name))
        .map(({ name }) => [
          name,
          database
            .prepare<[], object>(`select * from "${name}"`)
            .all()
            .map((row) =>
              Object.fromEntries(Object.entries(row).filter(([column]) => !volatileColumns.has(column))),
            ),
        ]),
    )
  } finally {
    database.close()
  }
}
