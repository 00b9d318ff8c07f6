import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { endUserSessions, findUser } from '../accounts/users.ts'
import { endAllSessions } from '../sessions/end-all-sessions.ts'
import { openSessions } from '../sessions/sessions.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { table, timeText } from './table.ts'

/** `user sessions` and `user end-sessions`: who is signed in, and signing them out. */
export function addUserSessions(user: Command, io: CommandIo): void {
  common(
    user.command('sessions <login-name>').description('Where an account is signed in'),
    'user sessions anna',
  ).action(async (loginName: string, options: CommonOptions) => {
    const sessions = await withServer(options, io, async (deps) =>
      openSessions(deps, (await findUser(deps, loginName)).id, null),
    )
    const rows = sessions.map((each) => [
      each.id,
      each.scope,
      each.clientName,
      each.hostName,
      each.address,
      timeText(each.startedAt),
      timeText(each.lastUsedAt),
      timeText(each.expiresAt),
    ])
    const titles = ['ID', 'SCOPE', 'PROGRAM', 'COMPUTER', 'ADDRESS', 'STARTED', 'LAST USED', 'ENDS']
    answer(io, options, { sessions }, table(titles, rows))
  })

  common(
    user
      .command('end-sessions [login-name]')
      .description(
        'Sign one account out everywhere, or everybody with --all; computers are trusted no more, scheduled backups go on',
      )
      .option('--all', 'every session of the server, administrators’ included'),
    'user end-sessions anna',
    'user end-sessions --all',
  ).action(async (loginName: string | undefined, options: CommonOptions & { all?: boolean }) => {
    if ((loginName === undefined) !== (options.all === true)) {
      throw new AppError('INPUT_INVALID', 'Give either a login name or --all.', {
        details: { paths: ['login-name', 'all'] },
      })
    }
    if (loginName !== undefined) {
      await withServer(options, io, async (deps) =>
        endUserSessions(deps, (await findUser(deps, loginName)).id, deps.by),
      )
      answer(io, options, { done: true }, 'Signed out everywhere. Scheduled backups go on.\n')
      return
    }
    const ended = await withServer(options, io, (deps) => endAllSessions(deps, deps.by, null))
    const text = `Ended ${ended.sessionCount} sessions; ${ended.computerCount} computers are trusted no more. Scheduled backups go on.\n`
    answer(io, options, ended, text)
  })
}
