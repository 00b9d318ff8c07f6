import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'
import { AppError } from '../../shared/errors.ts'
import type { CoreDeps } from '../core-deps.ts'
import { runChild } from '../engine/child-process.ts'
import { minimalEnvironment } from '../engine/environment.ts'
import { tail } from '../engine/tail.ts'
import { codeOf } from '../profile/system-error.ts'

export type Command = NonNullable<BackupSetDefinition['preCommand']>

/**
 * Runs a set's command before or after a backup, without a shell.
 *
 * @throws AppError COMMAND_FAILED with details `{ program, reason }`, CANCELLED
 */
export async function runCommand(
  deps: Pick<CoreDeps, 'clock' | 'log'>,
  command: Command,
  stop: AbortSignal,
): Promise<void> {
  const [program = '', ...args] = command.argv
  const limit = new AbortController()
  const onStop = (): void => limit.abort()
  if (stop.aborted) limit.abort()
  stop.addEventListener('abort', onStop)
  const over = new AbortController()
  let isTooLong = false
  const timer = deps.clock.sleep(command.timeoutSeconds * 1000, over.signal).then(() => {
    if (over.signal.aborted) return
    isTooLong = true
    limit.abort()
  })
  const output = tail(10, 300)
  const failed = (reason: string, cause?: unknown): AppError =>
    new AppError('COMMAND_FAILED', `The command ${program} failed: ${reason}.`, {
      cause,
      details: { program, reason },
    })
  try {
    const end = await runChild(deps.clock, {
      program,
      args,
      environment: minimalEnvironment(process.env),
      onOutputLine: () => undefined,
      onErrorLine: (line) => output.add(line),
      stop: limit.signal,
      isGroup: true,
    }).catch((error: unknown) => {
      throw failed(`it cannot be started (${codeOf(error)})`, error)
    })
    if (stop.aborted) throw new AppError('CANCELLED', 'The command was stopped.')
    if (isTooLong) throw failed(`it took longer than ${command.timeoutSeconds} seconds`)
    if (end.exitCode === 0) return
    throw failed(end.exitCode === null ? `ended by ${end.signal ?? 'a signal'}` : `exit code ${end.exitCode}`)
  } finally {
    over.abort()
    stop.removeEventListener('abort', onStop)
    await timer
    if (output.lines().length > 0) deps.log.info({ program, output: output.lines() }, 'A command said')
  }
}
