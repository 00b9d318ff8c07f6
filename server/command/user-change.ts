import { Option, type Command } from 'commander'
import { AppError, inputError } from '../../shared/errors.ts'
import { systemRoles, type SecondFactorRule, type SystemRole } from '../../shared/model/account.ts'
import { accountFieldsSchema } from '../../shared/model/administration.ts'
import type { UserId } from '../../shared/model/ids.ts'
import { languages } from '../../shared/model/language.ts'
import { changeEach } from '../accounts/change-each.ts'
import { findGroup } from '../accounts/groups.ts'
import { stated } from '../accounts/stated.ts'
import { changeRole, moveUser, setSecondFactorRule, updateUser } from '../accounts/update-user.ts'
import { listUsers, readAccount } from '../accounts/user-list.ts'
import { enableUser, findUser, suspendUser } from '../accounts/users.ts'
import { answer, common, withServer, type AdminDeps, type CommonOptions } from './context.ts'
import { FaultsFound } from './faults-found.ts'
import type { CommandIo } from './io.ts'
import { table } from './table.ts'

/** What `user add` and `user set` both say about an account, as it was typed. */
export interface FieldOptions {
  readonly displayName?: string
  readonly email?: string
  readonly language?: string
  readonly audience?: string
  readonly subscription?: string
  readonly expires?: string
}

interface SetOptions extends CommonOptions, FieldOptions {
  readonly group?: string
  readonly secondFactor?: string
  readonly owner?: string
  readonly quotaBytes?: string
  readonly role?: SystemRole
}

interface BulkOptions extends CommonOptions {
  readonly inGroup?: string
  readonly suspend?: boolean
  readonly enable?: boolean
  readonly secondFactor?: SecondFactorRule | 'group'
  readonly moveTo?: string
}

export function addUserChange(user: Command, io: CommandIo): void {
  common(
    withFields(user.command('set <login-name>').description('Change what is known about an account'))
      .option('--group <name>', 'policy group')
      .option('--second-factor <rule>', 'required or offered for this one; group = as the group says')
      .option('--owner <login-name>', 'the sub-administrator whose user this is; none = nobody’s')
      .option(
        '--quota-bytes <bytes>',
        'what it may store beside the limit of its group; none = no other limit',
      )
      .addOption(new Option('--role <role>', 'another role of a system user').choices(systemRoles)),
    'user set anna --display-name "Anna Berg" --email anna@example.com',
    'user set anna --second-factor required --owner reseller',
  ).action(async (loginName: string, options: SetOptions) => {
    const account = await withServer(options, io, (deps) => setUser(deps, loginName, options))
    answer(io, options, { account }, 'Done.\n')
  })

  common(
    user
      .command('bulk [login-names...]')
      .description('The same change to many accounts, each for itself')
      .option('--in-group <name>', 'all backup users of this group, instead of names')
      .option('--suspend', 'sign them out everywhere and refuse them')
      .option('--enable', 'let suspended ones in again')
      .addOption(
        new Option('--second-factor <rule>', 'whether it is compulsory; group = as the group says').choices([
          'required',
          'offered',
          'group',
        ]),
      )
      .option('--move-to <group>', 'put them under another group’s policy'),
    'user bulk anna ben --second-factor required',
    'user bulk --in-group trial --suspend --json',
  ).action(async (names: string[], options: BulkOptions) => {
    const results = await withServer(options, io, (deps) => changeMany(deps, names, options))
    const rows = results.map(({ loginName, problem }) => [loginName, problem?.message ?? 'done'])
    answer(io, options, { results }, table(['LOGIN NAME', 'RESULT'], rows))
    if (results.some(({ problem }) => problem !== null)) throw new FaultsFound()
  })
}

export function withFields(command: Command): Command {
  return command
    .option('--display-name <text>', 'name as people read it')
    .option('--email <address>', 'address for notices; none = no address')
    .option('--language <language>', `of messages to them: ${languages.join(', ')}; none = the server’s`)
    .option('--audience <audience>', 'own people (internal) or customers (external)')
    .option('--subscription <subscription>', 'paid or trial')
    .option('--expires <time>', 'end of the account, such as 2027-01-01T00:00:00Z; none = no end')
}

/** @throws AppError INPUT_INVALID with the path of what cannot be */
export function fieldsOf(options: FieldOptions, more: object = {}) {
  const { audience, displayName, email, expires, language, subscription } = options
  const orNull = (value: string | undefined) => (value === 'none' ? null : value)
  const all = {
    displayName,
    audience,
    subscription,
    email: orNull(email),
    language: orNull(language),
    expiresAt: orNull(expires),
    ...more,
  }
  const fields = accountFieldsSchema.partial().safeParse(stated(all))
  if (!fields.success) throw inputError(fields.error)
  return stated(fields.data)
}

async function setUser(deps: AdminDeps, loginName: string, options: SetOptions) {
  const { group, owner, quotaBytes, role, secondFactor } = options
  const { id, version } = await findUser(deps, loginName)
  const fields = fieldsOf(options, {
    secondFactor: secondFactor === 'group' ? null : secondFactor,
    groupId: group === undefined ? undefined : (await findGroup(deps, group)).id,
    quotaBytes: quotaBytes === undefined ? undefined : quotaBytes === 'none' ? null : Number(quotaBytes),
    ownerId: owner === undefined || owner === 'none' ? orNullId(owner) : (await findUser(deps, owner)).id,
  })
  const isChange = Object.keys(fields).length > 0
  if (!isChange && role === undefined) {
    throw new AppError('INPUT_INVALID', 'Say what to change; --help shows what there is.')
  }
  if (isChange) await updateUser(deps, id, { ...fields, version }, deps.by)
  if (role !== undefined) {
    const current = await readAccount(deps, id, null)
    await changeRole(deps, id, { role, version: current.version }, deps.by)
  }
  return await readAccount(deps, id, null)
}

function orNullId(owner: string | undefined): null | undefined {
  return owner === undefined ? undefined : null
}

async function changeMany(deps: AdminDeps, names: readonly string[], options: BulkOptions) {
  const work = await workOf(deps, options)
  const loginNames = new Map<UserId, string>()
  if (options.inGroup === undefined) {
    for (const name of names) loginNames.set((await findUser(deps, name)).id, name)
  } else {
    const { id: groupId } = await findGroup(deps, options.inGroup)
    const members = await listUsers(deps, { groupId, kind: 'backup' })
    for (const { id, loginName } of members) loginNames.set(id, loginName)
  }
  if (loginNames.size === 0) {
    throw new AppError('INPUT_INVALID', 'Name the accounts, or give --in-group.', {
      details: { paths: ['login-names'] },
    })
  }
  const results = await changeEach([...loginNames.keys()], work)
  return results.map((result) => ({ loginName: loginNames.get(result.userId) ?? '', ...result }))
}

async function workOf(
  deps: AdminDeps,
  { enable, moveTo, secondFactor, suspend }: BulkOptions,
): Promise<(userId: UserId) => Promise<void>> {
  const groupId = moveTo === undefined ? undefined : (await findGroup(deps, moveTo)).id
  const works = [
    suspend === true ? (userId: UserId) => suspendUser(deps, userId, deps.by) : null,
    enable === true ? (userId: UserId) => enableUser(deps, userId, deps.by) : null,
    secondFactor === undefined
      ? null
      : (userId: UserId) =>
          setSecondFactorRule(deps, userId, secondFactor === 'group' ? null : secondFactor, deps.by),
    groupId === undefined ? null : (userId: UserId) => moveUser(deps, userId, groupId, deps.by),
  ].filter((work) => work !== null)
  const [work, another] = works
  if (work !== undefined && another === undefined) return work
  throw new AppError('INPUT_INVALID', 'Give one of --suspend, --enable, --second-factor and --move-to.', {
    details: { paths: ['suspend', 'enable', 'second-factor', 'move-to'] },
  })
}
