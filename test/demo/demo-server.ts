import { execFile, spawn } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { BackupSetId, RepositoryId } from '../../shared/model/ids.ts'
import { makeAccount, makeSet, type AccountServer } from '../fixtures/account.ts'

const run = promisify(execFile)
const program = path.join(import.meta.dirname, '..', '..', 'dist', 'holdfast-server.mjs')

/** The real server program on a free loopback port with a data folder of its own. */
export interface DemoServer extends AccountServer {
  readonly pid: number
  readonly dataFolder: string
  command<T = unknown>(...args: string[]): Promise<T>
  /** Another user with a set, whom a thief may try to reach. */
  bystander(): Promise<{ backupSetId: BackupSetId; repositoryId: RepositoryId }>
  stop(): Promise<void>
}

export async function startDemoServer(dataFolder: string): Promise<DemoServer> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const config = { environment: 'trial', sms: { provider: 'outbox' }, listen: { host: '127.0.0.1', port: 0 } }
  await writeFile(path.join(dataFolder, 'holdfast.json'), JSON.stringify(config), { mode: 0o600 })
  const child = spawn(process.execPath, [program, 'start', '--data', dataFolder, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error(`the server did not start: ${errors.join('').slice(-1000)}`)))
    createInterface(child.stdout).on('line', (line) => {
      const message = JSON.parse(line) as { event?: string; address?: string }
      if (message.event === 'listening' && message.address !== undefined) resolve(message.address)
    })
  })
  const command = async <T>(...args: string[]): Promise<T> => {
    const { stdout } = await run(process.execPath, [program, ...args, '--data', dataFolder, '--json'])
    return JSON.parse(stdout) as T
  }
  const server: DemoServer = {
    address,
    dataFolder,
    pid: child.pid ?? 0,
    command,
    passcode: (prefix) => passcodeIn(path.join(dataFolder, 'outbox'), prefix),
    bystander: async () => {
      const account = await makeAccount(server, 'bystander', '+4915155555555')
      const { id, repositoryId } = await makeSet(server, account, { name: 'Private', sources: ['/'] })
      return { backupSetId: id, repositoryId }
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
  return server
}

/** Messages are sent after the answer to the request that caused them: the newest may be a moment away. */
async function passcodeIn(outbox: string, prefix: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    for (const file of await readdir(outbox).catch(() => [])) {
      const code = new RegExp(`${prefix}-(\\d+)`).exec(await readFile(path.join(outbox, file), 'utf8'))?.[1]
      if (code !== undefined) return code
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no message with the prefix ${prefix} arrived`)
}
