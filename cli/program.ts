import { Command } from 'commander'
import { addBackup } from './commands/backup.ts'
import { addCompletion } from './commands/completion.ts'
import { addDaemon } from './commands/daemon.ts'
import { addDevices } from './commands/devices.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEmail } from './commands/email.ts'
import { addFactors } from './commands/factors.ts'
import { addKit } from './commands/kit.ts'
import { addLogin } from './commands/login.ts'
import { addPassword } from './commands/password.ts'
import { addRecover } from './commands/recover.ts'
import { addRecoverAccount } from './commands/recover-account.ts'
import { addRegister } from './commands/register.ts'
import { addRestore } from './commands/restore.ts'
import { addRuns } from './commands/runs.ts'
import { addSessions } from './commands/sessions.ts'
import { addSets } from './commands/sets.ts'
import { addSnapshots } from './commands/snapshots.ts'
import { addStatus } from './commands/status.ts'
import { addUi } from './commands/ui.ts'
import { productVersion } from '../shared/version.ts'
import type { Host } from './host.ts'

export function createProgram(host: Host): Command {
  const { terminal } = host.surroundings
  const program = new Command('holdfast')
    .description('Backups that a stolen password can neither read, restore nor delete.')
    .version(productVersion, '-V, --version', 'print the version')
    .option('--json', 'print results as JSON, running commands as one JSON event a line')
    .option('-q, --quiet', 'print only results and failures')
    .option('--non-interactive', 'fail instead of asking')
    .option('--method <method>', 'second factor to use: sms, sms:2, voice, email, totp or backup-code')
    .option('--home <folder>', 'profile folder (else HOLDFAST_HOME, else the usual place)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.remark(text.trimEnd()),
    })
    .showHelpAfterError('(`holdfast help` shows what there is)')
  for (const add of commands) add(program, host)
  // Subcommands are made before they inherit, so settings that they need are copied once all are there.
  eachCommand(program, (command) => command.copyInheritedSettings(program))
  return program
}

const commands = [
  addLogin,
  addRegister,
  addStatus,
  addSets,
  addBackup,
  addRuns,
  addSnapshots,
  addRestore,
  addRecover,
  addRecoverAccount,
  addDevices,
  addFactors,
  addSessions,
  addPassword,
  addEmail,
  addKit,
  addDaemon,
  addUi,
  addDoctor,
  addCompletion,
]

function eachCommand(command: Command, visit: (command: Command) => void): void {
  for (const child of command.commands) {
    visit(child)
    eachCommand(child, visit)
  }
}
