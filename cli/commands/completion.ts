import { Argument, type Command } from 'commander'
import { commandTree } from '../completion/command-tree.ts'
import { completionScript, shells, type Shell } from '../completion/scripts.ts'
import type { Host } from '../host.ts'

export function addCompletion(program: Command, host: Host): void {
  program
    .command('completion')
    .description('print a completion script')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) => host.surroundings.terminal.out(completionScript(shell, commandTree(program))))
}
