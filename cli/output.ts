import type { CommandContext } from './context.ts'

/** The result of a command: one JSON document for programs, lines for people. */
export function result(
  { terminal, manner }: Pick<CommandContext, 'terminal' | 'manner'>,
  document: object,
  lines: () => readonly string[],
): void {
  if (manner.isJson) terminal.out(JSON.stringify(document))
  else for (const line of lines()) terminal.out(line)
}
