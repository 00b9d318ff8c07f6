import type { Command } from 'commander'

/** What can be typed after a command: the words of its subcommands and its flags. */
export interface CommandNode {
  /** Words from the program on: `sets add`; empty for the program itself. */
  readonly path: string
  readonly words: readonly string[]
  readonly flags: readonly string[]
}

/** All commands of a program, each with what can follow it. */
export function commandTree(program: Command): CommandNode[] {
  const globalFlags = flagsOf(program)
  const visit = (command: Command, path: string): CommandNode[] => [
    {
      path,
      words: command.commands.map((child) => child.name()),
      flags: Array.from(new Set([...flagsOf(command), ...globalFlags, '--help'])),
    },
    ...command.commands.flatMap((child) =>
      visit(child, path === '' ? child.name() : `${path} ${child.name()}`),
    ),
  ]
  return visit(program, '')
}

function flagsOf(command: Command): string[] {
  return command.options.flatMap((option) => (option.long === undefined ? [] : [option.long]))
}
