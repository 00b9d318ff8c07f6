import { CommanderError } from 'commander'
import { AppError, isAppError, problemFrom, type Problem } from '../shared/errors.ts'
import type { CommandContext, Manner } from './context.ts'
import type { OpenedClient } from '../core/attach/open.ts'
import { parseMethod } from './parse/method.ts'
import { exitCodeOf, problemLines, ProblemError } from './problem.ts'
import type { GlobalOptions, Surroundings } from './host.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Runs a command line to its end and returns the exit code. Never rejects: this is the process's border. */
export async function runCommandLine(
  commandLine: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let exitCode = 0
  const program = createProgram({
    surroundings,
    run:
      (body) =>
      async (...args) => {
        const opened = await surroundings.open(program.opts<GlobalOptions>().home)
        try {
          exitCode =
            (await body(contextOf(surroundings, opened, program.opts<GlobalOptions>()), ...args)) ?? 0
        } finally {
          await opened.close()
        }
      },
    runAsOwner:
      (body) =>
      async (...args) => {
        const opened = await surroundings.openAsOwner(program.opts<GlobalOptions>().home)
        try {
          const context = contextOf(surroundings, opened, program.opts<GlobalOptions>())
          exitCode = (await body(context, opened, ...args)) ?? 0
        } finally {
          await opened.stop()
        }
      },
  })
  try {
    refuseSecrets(commandLine)
    await program.parseAsync(Array.from(commandLine), { from: 'user' })
    return exitCode
  } catch (error) {
    return failed(error, surroundings, commandLine.includes('--json'))
  }
}

function contextOf(surroundings: Surroundings, opened: OpenedClient, options: GlobalOptions): CommandContext {
  const manner: Manner = {
    isJson: options.json === true,
    isQuiet: options.quiet === true,
    isNonInteractive: options.nonInteractive === true,
    method: options.method === undefined ? undefined : parseMethod(options.method),
  }
  const { terminal, clock, currentFolder } = surroundings
  return {
    api: opened.api,
    terminal,
    clock,
    manner,
    currentFolder,
    onInterrupt: (listener) => surroundings.onInterrupt(listener),
  }
}

/** Arguments are readable for every user of the computer, in the process list and the shell's history. */
function refuseSecrets(commandLine: readonly string[]): void {
  const isSecret = (argument: string): boolean => /^--(password|passcode|code|key|secret)(=|$)/.test(argument)
  if (!commandLine.some(isSecret)) return
  throw new AppError(
    'INPUT_INVALID',
    'A secret is never an argument: others could see it. It is asked for, or read from stdin.',
  )
}

function failed(error: unknown, surroundings: Surroundings, isJson: boolean): number {
  const { terminal } = surroundings
  if (error instanceof CommanderError) return usage(error, terminal, isJson)
  const problem = problemOf(error, surroundings)
  if (isJson) terminal.out(JSON.stringify({ problem }))
  else for (const line of problemLines(problem, terminal.paint)) terminal.remark(line)
  return exitCodeOf(problem)
}

/** Commander has shown its own text, except where a program reads. */
function usage(error: CommanderError, terminal: Terminal, isJson: boolean): number {
  if (error.exitCode === 0) return 0
  const message = error.message.replace(/^error: /, '')
  if (isJson) terminal.out(JSON.stringify({ problem: { code: 'INPUT_INVALID', message } }))
  return 2
}

function problemOf(error: unknown, surroundings: Surroundings): Problem {
  if (error instanceof ProblemError) return error.problem
  if (isAppError(error)) return problemFrom(error)
  return problemFrom(error, surroundings.onUnexpected(error))
}
