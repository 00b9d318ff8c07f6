import { isAppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { ApprovedCommands } from './approved-commands.ts'
import type { LeftOutList } from './left-out.ts'
import { runCommand, type Command } from './run-command.ts'

/** The commands around one backup. A failure that the set tolerates is listed and makes the run incomplete. */
export interface SetCommands {
  /** @throws AppError COMMAND_FAILED when the set says that the run then stops, CANCELLED */
  before(stop: AbortSignal): Promise<void>
  /** After a backup that was written. @throws AppError CANCELLED */
  after(stop: AbortSignal): Promise<void>
  /** What the first command stopped must start again, also after a failure or a cancel. Never fails. */
  afterFailure(): Promise<void>
}

/** Commands that were not saved on this computer do not run, and the run says so (approved-commands.ts). */
export async function setCommands(
  deps: Pick<CoreDeps, 'clock' | 'log'> & { commands: ApprovedCommands },
  backupSet: BackupSet,
  leftOut: LeftOutList,
): Promise<SetCommands> {
  const { preCommand, postCommand } = backupSet.definition
  if (!(await deps.commands.areApproved(backupSet.id, backupSet.definition))) {
    for (const command of [preCommand, postCommand]) {
      if (command !== null) leftOut.add(nameOf(command), `not run: ${deps.commands.whyNot}`)
    }
    return { before: nothing, after: nothing, afterFailure: nothing }
  }
  const run = async (command: Command | null, stop: AbortSignal, mayStopRun: boolean): Promise<void> => {
    if (command === null) return
    try {
      await runCommand(deps, command, stop)
    } catch (error) {
      if (!isAppError(error, 'COMMAND_FAILED')) throw error
      if (mayStopRun && command.onFailure === 'stop') throw error
      leftOut.add(nameOf(command), String(error.details?.['reason'] ?? 'failed'))
    }
  }
  return {
    before: (stop) => run(preCommand, stop, true),
    // The snapshot exists: its success cannot be taken back, only qualified.
    after: (stop) => run(postCommand, stop, false),
    // With a signal of its own: the run was stopped, this must still happen.
    afterFailure: () => run(postCommand, new AbortController().signal, false),
  }
}

function nameOf(command: Command): string {
  return command.argv[0] ?? ''
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
