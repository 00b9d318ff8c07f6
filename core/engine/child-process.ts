import { spawn, type ChildProcess } from 'node:child_process'
import type { Clock } from '../../shared/clock.ts'
import { lineReader } from './line-reader.ts'
import { codeOf } from '../profile/system-error.ts'
import { watchOver } from './watchdog.ts'

export interface ChildRequest {
  readonly program: string
  readonly args: readonly string[]
  /** The whole environment: nothing of ours is passed on by itself. */
  readonly environment: Readonly<Record<string, string>>
  readonly onOutputLine: (line: string, isCut: boolean) => void
  /** The output as it is, for what is no lines; `onOutputLine` then hears nothing. */
  readonly onOutput?: (chunk: Uint8Array) => void
  readonly onErrorLine: (line: string, isCut: boolean) => void
  readonly maxLineBytes?: number
  /** Asks the child to stop: a signal, then a deadline, then a kill. Aborted with `atOnce`, a kill. */
  readonly stop?: AbortSignal
  /** Whether what the child starts itself stops with it: scripts start programs. */
  readonly isGroup?: boolean
}

export interface ChildEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** The reason of a stop that leaves nothing to clean up: the lease is gone, and the lock with it. */
export const atOnce = Symbol('at once')

/** How long a child may clean up after it was asked to stop; restic removes its lock in this time. */
const stopDeadlineMs = 10_000

/** How long output may follow after the end: something that a command left running may hold it open for ever. */
const outputDeadlineMs = 2000

/**
 * Runs a program to its end. It never outlives this process (watchdog.ts; on Windows the job object that
 * libuv puts children into).
 *
 * @throws the system's error (`ENOENT`, `EACCES`, …) when it cannot be started
 */
export async function runChild(clock: Clock, request: ChildRequest): Promise<ChildEnd> {
  if (request.stop?.aborted === true) return { exitCode: null, signal: 'SIGINT' }
  const isGroup = request.isGroup === true && process.platform !== 'win32'
  const child = spawn(request.program, request.args, {
    env: request.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    detached: isGroup,
  })
  const output = lineReader(request.onOutputLine, request.maxLineBytes)
  const errors = lineReader(request.onErrorLine, request.maxLineBytes)
  child.stdout.on('data', (chunk: Buffer) => {
    if (request.onOutput === undefined) output.push(chunk)
    else request.onOutput(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const ended = endOf(clock, child)
  const endWatch = child.pid === undefined ? undefined : watchOver(child.pid, isGroup)
  const signal = (name: NodeJS.Signals): void => {
    if (isGroup && child.pid !== undefined) signalGroup(child.pid, name)
    else child.kill(name)
  }

  const isOver = new AbortController()
  const onStop = (): void => {
    if (request.stop?.reason === atOnce) signal('SIGKILL')
    else void stopChild(clock, signal, isGroup, isOver.signal)
  }
  request.stop?.addEventListener('abort', onStop)
  try {
    return await ended
  } finally {
    isOver.abort()
    endWatch?.()
    request.stop?.removeEventListener('abort', onStop)
    output.end()
    errors.end()
  }
}

function endOf(clock: Clock, child: ChildProcess): Promise<ChildEnd> {
  const isClosed = new AbortController()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // 'close' and not 'exit': only then all output has been read.
    child.once('close', (exitCode, signal) => {
      isClosed.abort()
      resolve({ exitCode, signal })
    })
    child.once('exit', () => {
      void clock.sleep(outputDeadlineMs, isClosed.signal).then(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      })
    })
  })
}

async function stopChild(
  clock: Clock,
  signal: (name: NodeJS.Signals) => void,
  isGroup: boolean,
  isOver: AbortSignal,
): Promise<void> {
  // restic cleans up on an interrupt; a shell that waits for a program passes an interrupt over.
  signal(isGroup ? 'SIGTERM' : 'SIGINT')
  await clock.sleep(stopDeadlineMs, isOver)
  if (!isOver.aborted) signal('SIGKILL')
}

function signalGroup(leaderPid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-leaderPid, name)
  } catch (error) {
    // Nobody is left of it.
    if (codeOf(error) !== 'ESRCH') throw error
  }
}
