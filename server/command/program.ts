import { Command } from 'commander'
import { productVersion } from '../../shared/version.ts'
import { addAlert } from './alert.ts'
import { addApproval } from './approval.ts'
import { addAudit } from './audit.ts'
import { addDevice } from './device.ts'
import { addDoctor } from './doctor.ts'
import { addGroup } from './group.ts'
import type { CommandIo } from './io.ts'
import { addSender } from './sender.ts'
import { addStart } from './start.ts'
import { addToken } from './token.ts'
import { addSettings } from './settings.ts'
import { addTrash } from './trash.ts'
import { addUser } from './user.ts'

/** Every command of `holdfast-server`. */
export function serverProgram(io: CommandIo): Command {
  const program = new Command('holdfast-server')
    .description('Holdfast’s server: accounts, second factors, devices and storage of backups')
    .version(productVersion)
    .showHelpAfterError('Add --help for what is possible.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.out(text)
      },
      writeErr: (text) => {
        io.err(text)
      },
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 unexpected, 2 wrong usage, 3 done but faults were found; all others as in the documentation.
No command takes a secret as an argument: arguments can be read by everybody on the computer.`,
    )
  addStart(program, io)
  addUser(program, io)
  addGroup(program, io)
  addSettings(program, io)
  addDevice(program, io)
  addToken(program, io)
  addTrash(program, io)
  addSender(program, io)
  addAlert(program, io)
  addApproval(program, io)
  addAudit(program, io)
  addDoctor(program, io)
  return program
}
