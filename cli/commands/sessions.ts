import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext } from '../context.ts'
import { formatTable } from '../format/table.ts'
import { formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'

export function addSessions(program: Command, host: Host): void {
  const sessions = program.command('sessions').description('where you are signed in').action(host.run(list))
  sessions.command('list').description('all sessions of the account').action(host.run(list))
  sessions
    .command('end')
    .description('sign a session out')
    .argument('<session>', 'id or beginning of the id')
    .action(
      host.run(async (context, word: string) => {
        const { sessions: found } = await request(context, 'sessions.list', {})
        const fitting = found.filter(
          (session) => session.id === word || (word.length >= 6 && session.id.startsWith(word)),
        )
        const [session, another] = fitting
        if (session === undefined) throw new AppError('NOT_FOUND', `There is no session "${word}".`)
        if (another !== undefined) throw new AppError('INPUT_INVALID', 'Several sessions begin with that.')
        await request(context, 'sessions.end', { sessionId: session.id })
        result(context, { ended: session.id }, () => ['The session has ended.'])
        return 0
      }),
    )
}

async function list(context: CommandContext): Promise<number> {
  const { sessions } = await request(context, 'sessions.list', {})
  const nowMs = context.clock.nowMs()
  result(context, { sessions }, () => {
    const columns = ['HOST', 'PROGRAM', 'FROM', 'PROVEN BY', 'LAST USED', 'SCOPE', 'ID'].map((title) => ({
      title,
    }))
    const rows = sessions.map((session) => [
      printable(session.hostName) + (session.isCurrent ? ' (this one)' : ''),
      printable(session.clientName),
      session.address,
      session.provenBy.join(', '),
      formatRelative(Date.parse(session.lastUsedAt), nowMs),
      session.scope,
      session.id,
    ])
    return formatTable(columns, rows)
  })
  return 0
}
