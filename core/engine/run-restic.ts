import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Say } from '../jobs/run-log.ts'
import { codeOf } from '../profile/system-error.ts'
import { runChild, type ChildEnd } from './child-process.ts'
import type { Engine } from './engine.ts'
import { engineFailure } from './engine-failure.ts'
import { resticEnvironment, secretsOf, type Repository } from './environment.ts'
import { redact } from './redact.ts'
import { tail } from './tail.ts'

export interface ResticRun {
  readonly engine: Engine
  readonly repository: Repository
  /** Command and its arguments; never a secret. */
  readonly args: readonly string[]
  readonly onLine?: (line: string, isCut: boolean) => void
  /** The output as it is: the content of a file. */
  readonly onOutput?: (chunk: Uint8Array) => void
  /** A line of the error output, without secrets. */
  readonly onErrorLine?: (line: string) => void
  /** Into the log of the run that this is part of: what restic says, but no messages for programs. */
  readonly say?: Say
  /** Exit codes that are outcomes of this command and not failures. */
  readonly accepted?: readonly number[]
  readonly maxLineBytes?: number
  readonly stop?: AbortSignal
}

/**
 * Runs one restic command to its end.
 *
 * @returns how it ended: with 0 or one of `accepted`
 * @throws AppError CANCELLED when `stop` asked for it, ENGINE_MISSING when it cannot be started,
 *   else what engineFailure names
 */
export async function runRestic(clock: Clock, run: ResticRun): Promise<ChildEnd> {
  const secrets = secretsOf(run.repository)
  const errorLines = tail(20, 500)
  const command = run.args[0] ?? ''
  run.say?.('restic', 'info', `restic ${run.engine.version} ${command}`)
  const repeat = (level: 'info' | 'warning', line: string): void => {
    if (line !== '' && !/^[{[]/.test(line)) run.say?.('restic', level, redact(line, secrets))
  }
  const end = await runChild(clock, {
    program: run.engine.path,
    args: [...run.args, ...globalArguments(run.repository)],
    environment: resticEnvironment(run.engine, run.repository, process.env),
    onOutputLine: (line, isCut) => {
      repeat('info', line)
      run.onLine?.(line, isCut)
    },
    onErrorLine: (line) => {
      const clean = redact(line, secrets)
      errorLines.add(clean)
      repeat('warning', clean)
      run.onErrorLine?.(clean)
    },
    ...(run.onOutput === undefined ? {} : { onOutput: run.onOutput }),
    ...(run.maxLineBytes === undefined ? {} : { maxLineBytes: run.maxLineBytes }),
    ...(run.stop === undefined ? {} : { stop: run.stop }),
  }).catch((error: unknown) => {
    throw new AppError(
      'ENGINE_MISSING',
      `restic at ${run.engine.path} cannot be started (${codeOf(error)}).`,
      {
        cause: error,
        details: { path: run.engine.path },
      },
    )
  })
  run.say?.('restic', 'info', `restic ${command} ended with ${String(end.exitCode ?? end.signal)}`)
  if (end.exitCode === 0 || (end.exitCode !== null && run.accepted?.includes(end.exitCode) === true))
    return end
  // However it ended, it ended because we asked: its own words about that differ between versions.
  if (run.stop?.aborted === true) throw new AppError('CANCELLED', `restic ${command} was stopped.`)
  throw engineFailure({ command, end, errorLines: errorLines.lines() })
}

function globalArguments(repository: Repository): string[] {
  return repository.kind === 'server' && repository.caFile !== null ? ['--cacert', repository.caFile] : []
}
