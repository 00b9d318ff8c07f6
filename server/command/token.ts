import type { Command } from 'commander'
import { inputError } from '../../shared/errors.ts'
import { newApiTokenSchema, tokenDaysMax, tokenScopes } from '../../shared/model/administration.ts'
import { apiTokenIdSchema } from '../../shared/model/ids.ts'
import { listApiTokens, makeApiToken, revokeApiToken } from '../admin/api-tokens.ts'
import { findUser } from '../accounts/users.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { countUpTo, repeated } from './options.ts'
import { table, timeText } from './table.ts'

interface AddOptions extends CommonOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly network?: readonly string[]
  readonly days: number
}

export function addToken(program: Command, io: CommandIo): void {
  const token = program.command('token').description('API tokens: how programs administer')

  common(
    token
      .command('add <login-name>')
      .description('Make a token for an API user; it is shown once')
      .requiredOption('--name <text>', 'what it is for')
      .requiredOption('--scope <scope>', `may be repeated: ${Object.keys(tokenScopes).join(', ')}`, repeated)
      .option('--network <cidr>', 'only from this address or network; may be repeated', repeated)
      .option('--days <count>', 'until it ends', countUpTo(tokenDaysMax), 90),
    'token add billing --name "Monthly figures" --scope read --network 192.0.2.0/24 --days 30',
  ).action(async (loginName: string, { name, scope, network, days, ...options }: AddOptions) => {
    const input = newApiTokenSchema.safeParse({ name, scopes: scope, networks: network ?? [], days })
    if (!input.success) throw inputError(input.error)
    const made = await withServer(options, io, async (deps) =>
      makeApiToken(deps, (await findUser(deps, loginName)).id, input.data, deps.by),
    )
    const text = `API token, shown this once, valid until ${timeText(made.token.expiresAt)}:\n${made.secret}\n`
    answer(io, options, made, text)
  })

  common(token.command('list').description('All tokens and their last use'), 'token list').action(
    async (options: CommonOptions) => {
      const tokens = await withServer(options, io, listApiTokens)
      const rows = tokens.map((each) => [
        each.id,
        each.loginName,
        each.name,
        each.scopes.join(' '),
        each.networks.join(' ') || 'any',
        timeText(each.lastUsedAt),
        each.revokedAt === null ? timeText(each.expiresAt) : `revoked ${timeText(each.revokedAt)}`,
      ])
      const titles = ['ID', 'API USER', 'NAME', 'SCOPES', 'NETWORKS', 'LAST USED', 'ENDS']
      answer(io, options, { tokens }, table(titles, rows))
    },
  )

  common(
    token.command('revoke <token-id>').description('Refuse a token from the next request on'),
    'token revoke tok_3q2-7wAAAAAAAAAAAAAAAA',
  ).action(async (text: string, options: CommonOptions) => {
    const id = apiTokenIdSchema.safeParse(text)
    if (!id.success) throw inputError(id.error)
    await withServer(options, io, (deps) => revokeApiToken(deps, id.data, deps.by))
    answer(io, options, { done: true }, 'Revoked.\n')
  })
}
