import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const root = path.join(import.meta.dirname, '..', '..')
const executable = path.join(root, 'dist', 'holdfast.mjs')

/** A question that is expected, and what a script answers. */
export type Answer = readonly [
  question: RegExp,
  answer: string | ((match: RegExpExecArray) => string | Promise<string>),
]

export interface Ran {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** The JSON documents on stdout, one for each line. */
  json(): unknown[]
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  /** What it has written so far. */
  output(): string
  /** Resolves when its output matches. */
  saw(pattern: RegExp): Promise<void>
}

export interface TerminalProfile {
  readonly home: string
  /** Runs `holdfast …` with pipes for a terminal, as scripts do. */
  run(args: readonly string[], answers?: readonly Answer[]): Promise<Ran>
  start(args: readonly string[], answers?: readonly Answer[]): Running
  dispose(): Promise<void>
}

/** An empty profile on this computer whose secrets are kept in a file. */
export async function terminalProfile(
  environment: Readonly<Record<string, string>> = {},
): Promise<TerminalProfile> {
  await promisify(execFile)(process.execPath, [path.join(root, 'build', 'bundle.mjs'), 'holdfast'])
  const home = await mkdtemp(path.join(tmpdir(), 'holdfast-home-'))
  // The test runner forces colours on its children, and Node warns where NO_COLOR is set beside that.
  const { FORCE_COLOR: _forced, ...surroundings } = process.env
  const children = new Set<ChildProcess>()
  const start = (args: readonly string[], answers: readonly Answer[] = []): Running => {
    const child = spawn(process.execPath, [executable, ...args], {
      env: { ...surroundings, HOLDFAST_HOME: home, ...environment },
      stdio: 'pipe',
    })
    children.add(child)
    void child.once('close', () => children.delete(child))
    return follow(child, answers)
  }
  return {
    home,
    start,
    run: (args, answers) => start(args, answers).ended,
    dispose: async () => {
      const ends = Array.from(children, (child) => new Promise((resolve) => child.once('close', resolve)))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ends)
      await rm(home, { recursive: true, force: true })
    },
  }
}

function follow(child: ChildProcess, answers: readonly Answer[]): Running {
  const waiting = Array.from(answers)
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  const answer = async (line: string): Promise<void> => {
    const [question, reply] = waiting[0] ?? []
    const match = question?.exec(line)
    if (reply === undefined || match === undefined || match === null) return
    waiting.shift()
    const text = typeof reply === 'string' ? reply : await reply(match)
    child.stdin?.write(`${text}\n`)
    // What is asked beyond the expected questions finds the end of the input.
    if (waiting.length === 0) child.stdin?.end()
  }
  if (waiting.length === 0) child.stdin?.end()
  child.stdin?.on('error', () => undefined)
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    for (const look of watchers) look()
  })
  let pending = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    const lines = (pending + text).split('\n')
    pending = lines.pop() ?? ''
    void lines.reduce((before, line) => before.then(() => answer(line)), Promise.resolve())
    for (const look of watchers) look()
  })
  const output = (): string => stdout + stderr
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) =>
      resolve({
        exitCode,
        stdout,
        stderr,
        json: () =>
          stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as unknown),
      }),
    )
  })
  const saw = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(output())) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      void ended.then(() => {
        if (pattern.test(output())) resolve()
        else reject(new Error(`It ended without ${String(pattern)}:\n${output()}`))
      })
      look()
    })
  return { child, ended, output, saw }
}
