import type { Command } from 'commander'
import { isoOf } from '../../shared/clock.ts'
import { askDeletion, keepAccount } from '../accounts/deleting-users.ts'
import { findUser } from '../accounts/users.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { timeText } from './table.ts'

/** `user delete` and `user undelete`: an account’s end, which waits for the retention lock. */
export function addUserDelete(user: Command, io: CommandIo): void {
  common(
    user
      .command('delete <login-name>')
      .description('Close an account now, and erase it with all its backups when the retention lock ends'),
    'user delete anna',
  ).action(async (loginName: string, options: CommonOptions) => {
    const eraseAfter = await withServer(options, io, async (deps) =>
      askDeletion(deps, (await findUser(deps, loginName)).id, deps.by),
    )
    const text = `Closed. It is erased with all its backups after ${timeText(eraseAfter)}; until then "holdfast-server user undelete" gives everything back.\n`
    answer(io, options, { loginName, eraseAfter: isoOf(eraseAfter) }, text)
  })

  common(
    user
      .command('undelete <login-name>')
      .description('Take the deletion of an account back; its backups, methods and computers are as before'),
    'user undelete anna',
  ).action(async (loginName: string, options: CommonOptions) => {
    await withServer(options, io, async (deps) =>
      keepAccount(deps, (await findUser(deps, loginName)).id, deps.by),
    )
    answer(io, options, { done: true }, 'The account is as it was. Who was signed in signs in again.\n')
  })
}
