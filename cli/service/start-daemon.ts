import { spawn } from 'node:child_process'
import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { attach } from '../../core/attach/attach.ts'

const patienceMs = 20_000
const pauseMs = 100

/**
 * Starts the daemon as a process of its own that outlives this one, and waits until it listens.
 *
 * @throws AppError PROFILE_IN_USE when one runs already; UNEXPECTED when it ended at once
 */
export async function startDaemon(input: {
  readonly program: string
  readonly args: readonly string[]
  readonly clock: Clock
  socketPath(): Promise<string>
}): Promise<number> {
  const { clock } = input
  const running = await attach(await input.socketPath())
  if (running !== undefined) {
    running.close()
    throw new AppError('PROFILE_IN_USE', 'The schedules run already, or another command is at work.')
  }
  const child = spawn(input.program, input.args, { detached: true, stdio: 'ignore' })
  let exitCode: number | null | undefined
  child.on('exit', (code) => (exitCode = code))
  child.on('error', () => (exitCode = 1))
  child.unref()
  const giveUpMs = clock.nowMs() + patienceMs
  while (exitCode === undefined && clock.nowMs() < giveUpMs) {
    const started = await attach(await input.socketPath())
    if (started !== undefined && child.pid !== undefined) {
      started.close()
      return child.pid
    }
    await clock.sleep(pauseMs)
  }
  throw new AppError('UNEXPECTED', 'The daemon did not start. `holdfast daemon --foreground` shows why.')
}
