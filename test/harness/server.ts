import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { ServerConfig } from '../../server/config.ts'

const root = path.join(import.meta.dirname, '..', '..')
const executable = path.join(root, 'dist', 'holdfast-server.mjs')

export interface StartServerOptions {
  /** Settings of `holdfast.json` beside the harness's own (environment `test`, outbox, a free loopback port). */
  readonly config?: Partial<ServerConfig>
  readonly environment?: NodeJS.ProcessEnv
  /** An existing data folder; it is not removed at the end. */
  readonly dataFolder?: string
}

export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output of a command with `--json`. */
  json(): unknown
}

export interface OutboxMessage {
  readonly at: string
  /** `sms`, `voice` or `email`. */
  readonly channel: string
  readonly to: string
  readonly text: string
}

export interface TestServer {
  /** Stays the same over a restart. */
  readonly address: string
  readonly dataFolder: string
  readonly pid: number
  readonly firstAdministrator: { readonly loginName: string; readonly oneTimePassword: string } | null
  /** Runs `holdfast-server …` on the data folder of this server, whether or not it runs. */
  command(...args: string[]): Promise<CommandResult>
  commandWithInput(input: string, ...args: string[]): Promise<CommandResult>
  /** Messages in the order in which they were sent. */
  outbox(): Promise<OutboxMessage[]>
  /** Everything the server wrote so far, for failure output and for looking for secrets. */
  output(): string
  /** Asks it to stop and waits. Resolves with its exit code. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Starts it again after `stop` or `kill`: same data, same port. */
  restart(): Promise<void>
  /** Stops it, however it stands, and removes its data. */
  dispose(): Promise<void>
}

const listeningSchema = z.object({
  event: z.literal('listening'),
  address: z.string(),
  firstAdministrator: z.object({ loginName: z.string(), oneTimePassword: z.string() }).nullable(),
})
const messageSchema = z.object({ at: z.string(), channel: z.string(), to: z.string(), text: z.string() })

/** Starts the real executable on a fresh data folder and waits until it listens. */
export async function startServer(options: StartServerOptions = {}): Promise<TestServer> {
  await bundleServer()
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'holdfast-server-')))
  const environment = { ...process.env, HOLDFAST_DATABASE_URL: '', ...options.environment }
  await writeConfig(dataFolder, options.config)
  const written: string[] = []
  let running = await launch(dataFolder, environment, 0, written)
  const { address, firstAdministrator } = running.listening
  const port = Number(new URL(address).port)

  const run = (input: string, args: readonly string[]): Promise<CommandResult> =>
    execute([...args, '--data', dataFolder], environment, input)

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = running
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill(signal)
      await exited
    }
    return child.exitCode
  }

  return {
    address,
    dataFolder,
    get pid() {
      return running.child.pid ?? 0
    },
    firstAdministrator,
    command: (...args) => run('', args),
    commandWithInput: (input, ...args) => run(input, args),
    outbox: () => readOutbox(dataFolder),
    output: () => written.join(''),
    stop: (signal = 'SIGTERM') => end(signal),
    kill: async () => {
      await end('SIGKILL')
    },
    restart: async () => {
      await end('SIGTERM')
      running = await launch(dataFolder, environment, port, written)
    },
    dispose: async () => {
      await end('SIGKILL')
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Runs any command of `holdfast-server` to its end. */
export async function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  input = '',
): Promise<CommandResult> {
  await bundleServer()
  return await execute(args, environment, input)
}

async function execute(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  input: string,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [executable, ...args], { env: environment, stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // A command that reads nothing may be gone before its input is written.
  child.stdin.on('error', () => undefined).end(input)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return {
    exitCode,
    stdout,
    stderr,
    json() {
      if (exitCode !== 0 && exitCode !== 3)
        throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr}`)
      return JSON.parse(stdout) as unknown
    },
  }
}

/** Does nothing where the bundle is current. */
async function bundleServer(): Promise<void> {
  const script = path.join(root, 'build', 'bundle.mjs')
  await promisify(execFile)(process.execPath, [script, 'holdfast-server'])
}

async function writeConfig(dataFolder: string, config: Partial<ServerConfig> = {}): Promise<void> {
  const settings = {
    environment: 'test',
    sms: { provider: 'outbox' },
    listen: { host: '127.0.0.1', port: 0 },
    ...config,
  }
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  await writeFile(path.join(dataFolder, 'holdfast.json'), JSON.stringify(settings, null, 2), { mode: 0o600 })
}

interface Running {
  readonly child: ChildProcess
  readonly listening: z.infer<typeof listeningSchema>
}

function launch(
  dataFolder: string,
  environment: NodeJS.ProcessEnv,
  port: number,
  written: string[],
): Promise<Running> {
  const args = [executable, 'start', '--json', '--data', dataFolder, '--port', String(port)]
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  child.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text))
  return new Promise((resolve, reject) => {
    let line = ''
    let isListening = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      line += text
      if (isListening || !line.includes('\n')) return
      isListening = true
      resolve({ child, listening: listeningSchema.parse(JSON.parse(line)) })
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (!isListening)
        reject(new Error(`The server ended with ${code} before it listened:\n${written.join('')}`))
    })
  })
}

async function readOutbox(dataFolder: string): Promise<OutboxMessage[]> {
  const folder = path.join(dataFolder, 'outbox')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.json'))
    .sort((a, b) => a.localeCompare(b))
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
  return texts.map((text) => messageSchema.parse(JSON.parse(text)))
}
