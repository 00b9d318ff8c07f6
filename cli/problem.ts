import { AppError, errorCatalog, type Problem } from '../shared/errors.ts'
import { adviceFor } from './problem-advice.ts'
import type { Painter } from './terminal/terminal.ts'
import { printable } from './format/width.ts'

/** A reply that was a failure, on its way to the border of the process with everything it said. */
export class ProblemError extends AppError {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.code, problem.message, problem.details === undefined ? {} : { details: problem.details })
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** What happened, what to do, and how to find it in the log. */
export function problemLines(problem: Problem, paint: Painter): string[] {
  const lines = [`${paint('red', 'Error:')} ${printable(problem.message)}`]
  const paths = problem.details?.['paths']
  if (Array.isArray(paths)) lines.push(`  at ${paths.map(printable).join(', ')}`)
  const advice = adviceFor(problem)
  if (advice !== undefined) lines.push(`  ${advice}`)
  const id = problem.errorId === undefined ? '' : `, log id ${problem.errorId}`
  lines.push(paint('dim', `  (${problem.code}${id})`))
  return lines
}

export function exitCodeOf(problem: Problem): number {
  return errorCatalog[problem.code].exitCode
}
