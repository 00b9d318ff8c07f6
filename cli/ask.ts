import { AppError, isAppError } from '../shared/errors.ts'
import type { CommandContext } from './context.ts'
import type { Question } from './terminal/terminal.ts'

/**
 * The answer to a question, from the person or the next line of the input.
 *
 * @throws AppError INPUT_INVALID where nobody can answer (`--non-interactive`, or the input has ended), with the
 *   name of what is missing; CANCELLED
 */
export async function ask(
  { terminal, manner }: Pick<CommandContext, 'terminal' | 'manner'>,
  what: string,
  question: Question,
): Promise<string> {
  if (manner.isNonInteractive) throw missing(what)
  const answer = await terminal.ask(question)
  if (answer === undefined) throw missing(what)
  return answer
}

function missing(what: string): AppError {
  return new AppError('INPUT_INVALID', `An answer is missing: ${what}.`, { details: { missing: what } })
}

/** Whether a failure means that nobody was there to answer. */
export function isUnanswered(error: unknown): boolean {
  return isAppError(error, 'INPUT_INVALID') && error.details?.['missing'] !== undefined
}

/** Yes or no; an empty answer is the default. Asks again until it understands. */
export async function askYesNo(
  context: Pick<CommandContext, 'terminal' | 'manner'>,
  what: string,
  text: string,
  isYesDefault: boolean,
): Promise<boolean> {
  for (;;) {
    const answer = await ask(context, what, { text: `${text} ${isYesDefault ? '[Y/n]' : '[y/N]'} ` })
    const normal = answer.trim().toLowerCase()
    if (normal === '') return isYesDefault
    if (['y', 'yes'].includes(normal)) return true
    if (['n', 'no'].includes(normal)) return false
    context.terminal.remark('Please answer y or n.')
  }
}

export interface Choice<T> {
  /** What is typed to choose it; by default its number. */
  readonly key?: string
  readonly text: string
  readonly value: T
}

/** One of several, by its number or key. Asks again until it understands. */
export async function askChoice<T>(
  context: Pick<CommandContext, 'terminal' | 'manner'>,
  what: string,
  title: string,
  choices: readonly Choice<T>[],
): Promise<T> {
  const keyed = choices.map((choice, index) => ({ ...choice, key: choice.key ?? String(index + 1) }))
  context.terminal.remark(title)
  for (const { key, text } of keyed) context.terminal.remark(`  ${key}) ${text}`)
  for (;;) {
    const answer = await ask(context, what, {
      text: `Your choice [${keyed.map(({ key }) => key).join('/')}]: `,
    })
    const chosen = keyed.find(({ key }) => key === answer.trim().toLowerCase())
    if (chosen !== undefined) return chosen.value
    context.terminal.remark(`Please type one of: ${keyed.map(({ key }) => key).join(', ')}.`)
  }
}

/** A line that people read and `--quiet` and `--json` leave out. */
export function remark(
  { terminal, manner }: Pick<CommandContext, 'terminal' | 'manner'>,
  line: string,
): void {
  if (!manner.isQuiet) terminal.remark(line)
}
