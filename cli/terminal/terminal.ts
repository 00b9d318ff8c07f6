/** One question to a person, or the next line of a script's answers. */
export interface Question {
  /** Asked again every second where it is a function: countdowns. */
  readonly text: string | (() => string)
  /** Nothing of the answer is shown. */
  readonly isSecret?: boolean
}

/**
 * Where a command reads and writes. Results go to `out`; questions, progress and remarks to `remark`, so that
 * a result can be piped.
 */
export interface Terminal {
  /** A person sits at both ends: questions make sense, and so does a status line. */
  readonly isInteractive: boolean
  readonly paint: Painter
  columns(): number
  /** One line of the result. */
  out(line: string): void
  /** One line for the person that is no part of the result. */
  remark(line: string): void
  /** Shows a line that the next call replaces; an empty text takes it away. Nothing without a person. */
  status(line: string): void
  /**
   * The answer without its line end; undefined when the input has ended. Without a person the answers are
   * read line by line in the order of the questions.
   *
   * @throws AppError CANCELLED when the person pressed Ctrl-C
   */
  ask(question: Question): Promise<string | undefined>
  /** Everything that is left of the input. */
  readAll(): Promise<string>
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'
export type Painter = (style: Style, text: string) => string

const codes: Record<Style, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
}

export const plainPainter: Painter = (_style, text) => text

export const colourPainter: Painter = (style, text) => {
  const [on, off] = codes[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/** https://no-color.org: set and not empty means no colour, whatever its value. */
export function mayColour(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const noColour = environment['NO_COLOR']
  return isTerminal && (noColour === undefined || noColour === '') && environment['TERM'] !== 'dumb'
}
