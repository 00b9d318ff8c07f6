import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { systemRoles, type SystemRole } from '../../shared/model/account.ts'
import { addPhone, resetFactors } from '../accounts/user-factors.ts'
import {
  createUser,
  enableUser,
  findUser,
  issueOneTimePassword,
  suspendUser,
  unlockUser,
  type OneTimePassword,
} from '../accounts/users.ts'
import { listUsers, readAccount } from '../accounts/user-list.ts'
import type { Account } from '../../shared/model/administration.ts'
import { factorHistory } from '../factors/factor-events.ts'
import { factorOf, factorsOf } from '../factors/factors.ts'
import type { UserId } from '../../shared/model/ids.ts'
import { answer, common, withServer, type AdminDeps, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { repeated } from './options.ts'
import { addUserChange, fieldsOf, withFields, type FieldOptions } from './user-change.ts'
import { addUserDelete } from './user-delete.ts'
import { addUserImport } from './user-import.ts'
import { addUserSessions } from './user-sessions.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { table, timeText } from './table.ts'
import { addLegacy } from './user-legacy.ts'

interface PasswordOptions extends CommonOptions {
  readonly passwordStdin?: boolean
}

interface AddOptions extends PasswordOptions, FieldOptions {
  readonly group?: string
  readonly role?: string
  readonly phone?: readonly string[]
}

export function addUser(program: Command, io: CommandIo): void {
  const user = program.command('user').description('Accounts: backup users and system users')

  common(
    withFields(
      user
        .command('add <login-name>')
        .description('Make an account with a one-time password, which is shown once'),
    )
      .option('--group <name>', 'policy group')
      .option('--phone <number>', 'a phone for passcodes, with country code; may be repeated', repeated)
      .option('--role <role>', `makes a system user: ${systemRoles.join(' or ')}`)
      .option('--password-stdin', 'read the one-time password from standard input'),
    'user add anna --display-name "Anna Berg" --phone "+49 1512 3456789"',
    'user add guest --subscription trial --expires 2027-01-31T00:00:00Z',
    'user add backup-admin --role admin',
    'user add anna --password-stdin --json < one-time-password',
  ).action((loginName: string, options: AddOptions) => add(loginName, options, io))

  common(
    user
      .command('list')
      .description('All accounts')
      .option('--group <name>', 'only those of a policy group')
      .option('--legacy', 'only legacy clients that have not backed up since they were imported'),
    'user list',
    'user list --legacy',
    'user list --group staff --json',
  ).action(async (options: CommonOptions & { group?: string; legacy?: boolean }) => {
    const filter = options.legacy === true ? { isLegacy: true } : {}
    const users = await withServer(options, io, (deps) => listUsers(deps, filter))
    const shown = users.filter(({ groupName }) => options.group === undefined || groupName === options.group)
    const rows = shown.map((each) => [
      each.loginName,
      each.displayName,
      each.role ?? each.kind,
      each.groupName,
      stateText(each),
      methodsText(each),
      timeText(each.createdAt),
    ])
    const titles = ['LOGIN NAME', 'NAME', 'KIND', 'GROUP', 'STATUS', 'SECOND FACTORS', 'CREATED']
    answer(io, options, { users: shown }, table(titles, rows))
  })

  common(
    user.command('show <login-name>').description('One account, its second factors and their history'),
    'user show anna',
  ).action((loginName: string, options: CommonOptions) => show(loginName, options, io))

  addLegacy(user, io)
  addUserSessions(user, io)
  addUserDelete(user, io)

  const change = (
    name: string,
    description: string,
    work: (deps: AdminDeps, userId: UserId, by: string) => Promise<void>,
  ): void => {
    common(user.command(`${name} <login-name>`).description(description), `user ${name} anna`).action(
      async (loginName: string, options: CommonOptions) => {
        await withServer(options, io, async (deps) => {
          await work(deps, (await findUser(deps, loginName)).id, deps.by)
        })
        answer(io, options, { done: true }, 'Done.\n')
      },
    )
  }
  change('suspend', 'Sign an account out everywhere and refuse it until it is enabled', suspendUser)
  change('enable', 'Let a suspended account in again', enableUser)
  change('unlock', 'End the pause that wrong passwords or codes brought an account', unlockUser)

  const renew = (
    name: string,
    description: string,
    work: (deps: AdminDeps, userId: UserId, by: string, chosen?: string) => Promise<OneTimePassword>,
  ): void => {
    common(
      user
        .command(`${name} <login-name>`)
        .description(description)
        .option('--password-stdin', 'read the one-time password from standard input'),
      `user ${name} anna`,
    ).action(async (loginName: string, options: PasswordOptions) => {
      const chosen = await givenPassword(options, io)
      const once = await withServer(options, io, async (deps) =>
        work(deps, (await findUser(deps, loginName)).id, deps.by, chosen),
      )
      showOnce(io, options, { loginName }, once, chosen !== undefined)
    })
  }
  renew(
    'reset-password',
    'Replace a forgotten password by a one-time one; second factors stay',
    issueOneTimePassword,
  )
  renew(
    'reset-factors',
    'Remove the lost second factors of this one user, whose password ends too',
    resetFactors,
  )

  common(
    user
      .command('add-phone <login-name> <number>')
      .description('Enter a phone for passcodes; its first right passcode proves it')
      .option('--label <text>', 'what the user calls it'),
    'user add-phone anna "+49 1512 3456789" --label Office',
  ).action(async (loginName: string, number: string, options: CommonOptions & { label?: string }) => {
    const masked = await withServer(options, io, async (deps) => {
      const { label } = options
      const phone = label === undefined ? { number } : { number, label }
      return await addPhone(deps, (await findUser(deps, loginName)).id, phone, deps.by)
    })
    answer(io, options, { maskedDestination: masked }, `Added ${masked}.\n`)
  })

  addUserChange(user, io)
  addUserImport(user, io)
}

async function add(loginName: string, options: AddOptions, io: CommandIo): Promise<void> {
  const role = options.role === undefined ? undefined : roleOf(options.role)
  const fields = fieldsOf(options)
  const chosen = await givenPassword(options, io)
  const once = await withServer(options, io, async (deps) => {
    // Before the account: a number that cannot be must not leave an account without it.
    for (const number of options.phone ?? []) readPhoneNumber(number, 'phone')
    const made = await createUser(
      deps,
      {
        loginName,
        kind: role === undefined ? 'backup' : 'system',
        ...(role === undefined ? {} : { role }),
        ...fields,
        ...(options.group === undefined ? {} : { groupName: options.group }),
        ...(chosen === undefined ? {} : { oneTimePassword: chosen }),
      },
      deps.by,
    )
    for (const number of options.phone ?? []) await addPhone(deps, made.userId, { number }, deps.by)
    return made
  })
  showOnce(io, options, { loginName, userId: once.userId }, once, chosen !== undefined)
}

async function show(loginName: string, options: CommonOptions, io: CommandIo): Promise<void> {
  const { user, factors, history } = await withServer(options, io, async (deps) => {
    const { id } = await findUser(deps, loginName)
    const user = await readAccount(deps, id, null)
    const registered = await factorsOf(deps.store.db, id)
    return { user, factors: registered.map(factorOf), history: await factorHistory(deps.store.db, id) }
  })
  const { lastSignIn } = user
  const plain = { ...user, methods: methodsText(user), lastSignIn: lastSignIn?.at ?? null }
  const facts = Object.entries(plain)
  const text = [
    table(['SETTING', 'VALUE'], facts),
    table(
      ['SECOND FACTOR', 'LABEL', 'TO', 'PROVEN', 'ADDED', 'LAST USED'],
      factors.map((each) => [
        each.method,
        each.label,
        each.maskedDestination,
        each.isProven,
        timeText(each.addedAt),
        timeText(each.lastUsedAt),
      ]),
    ),
    table(
      ['WHEN', 'EVENT', 'METHOD', 'LABEL', 'FROM'],
      history.map((each) => [timeText(each.at), each.event, each.method, each.label, each.address]),
    ),
  ].join('\n')
  answer(io, options, { user, factors, history }, text)
}

/** Everything that keeps an account from being used as usual. */
function stateText({ eraseAfter, isExpired, isPaused, legacyUntil, status }: Account): string {
  const more = [
    isPaused ? ', paused' : '',
    isExpired ? ', expired' : '',
    eraseAfter === null ? '' : `, erased after ${timeText(eraseAfter)}`,
    legacyUntil === null ? '' : `, legacy until ${timeText(legacyUntil)}`,
  ]
  return `${status}${more.join('')}`
}

/** Unproven methods carry a question mark. */
function methodsText({ methods }: Account): string {
  return methods.map(({ method, isProven }) => (isProven ? method : `${method}?`)).join(' ') || '–'
}

function roleOf(text: string): SystemRole {
  const role = systemRoles.find((each) => each === text)
  if (role !== undefined) return role
  throw new AppError('INPUT_INVALID', `--role: one of ${systemRoles.join(', ')}.`, {
    details: { paths: ['role'] },
  })
}

/** A password comes by standard input only: arguments can be read by everybody on the computer. */
async function givenPassword(options: PasswordOptions, io: CommandIo): Promise<string | undefined> {
  return options.passwordStdin === true ? (await io.readInput()).replace(/\r?\n$/, '') : undefined
}

/** A password that the caller chose is not repeated. */
function showOnce(
  io: CommandIo,
  options: CommonOptions,
  about: { readonly loginName: string; readonly userId?: UserId },
  { oneTimePassword, expiresAt }: OneTimePassword,
  isChosen: boolean,
): void {
  const shown = isChosen ? {} : { oneTimePassword }
  const text = isChosen
    ? `Done. The given password must be changed at the first sign-in, before ${timeText(expiresAt)}.\n`
    : `One-time password, shown this once, valid until ${timeText(expiresAt)}:\n${oneTimePassword}\n`
  answer(io, options, { ...about, ...shown, expiresAt }, text)
}
