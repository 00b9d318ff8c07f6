import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { Factor } from '../../shared/model/account.ts'
import type { Enrolment } from '../../shared/model/sign-in.ts'
import type { Method } from '../../shared/model/policy.ts'
import { askChoice, askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatTable } from '../format/table.ts'
import { formatInstant, formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { methodNames, parseEnrolment } from '../parse/method.ts'
import { request } from '../request.ts'
import { askEnrolmentDetails } from '../sign-in/choose.ts'
import { showBackupCodes } from '../sign-in/backup-codes.ts'
import { walkSteps } from '../sign-in/walk-steps.ts'
import { addRecoveryPhone } from './recovery-phone.ts'

interface AddOptions {
  readonly label?: string
  readonly saveBackupCodes?: string
}

export function addFactors(program: Command, host: Host): void {
  const factors = program
    .command('factors')
    .description(
      'what proves that it is you: telephones, e-mail, authenticator app, approval on a phone, passkeys, backup codes',
    )
    .action(host.run(list))
  factors.command('list').description('what is registered').action(host.run(list))
  factors.command('history').description('every change and use').action(host.run(history))
  const add = factors.command('add').description('register another; counts only after a live proof')
  const withAddOptions = (command: Command): Command =>
    command
      .option('--label <label>', 'what it is called in lists')
      .option('--save-backup-codes <file>', 'write new backup codes to a new file instead of the screen')
  // Commander gives options that `add` and its commands share to `add`, wherever they stand.
  const shared = (): AddOptions => add.opts()
  withAddOptions(
    add.argument('[what]', 'totp, push, sms:+49…, voice:+49… or email:anna@example.org', parseEnrolment),
  ).action(
    host.run(async (context, what: Enrolment | undefined, options: AddOptions) => {
      const { methods } = await request(context, 'account.me', {})
      return enrol(context, what ?? (await askWhat(context, methods)), options)
    }),
  )
  withAddOptions(
    add
      .command('phone')
      .description('a telephone that gets passcodes by text message')
      .argument('[number]', 'with country code, such as "+49 171 1234567"')
      .option('--call', 'read the passcode out in a call instead of texting it'),
  ).action(
    host.run(
      async (context, number: string | undefined, options: AddOptions & { readonly call?: boolean }) => {
        const method = options.call === true ? 'voice' : 'sms'
        const enrolment: Enrolment =
          number === undefined ? await askEnrolmentDetails(context, method) : { method, phoneNumber: number }
        return enrol(context, enrolment, { ...options, ...shared() })
      },
    ),
  )
  withAddOptions(add.command('authenticator').description('an authenticator app')).action(
    host.run((context, options: AddOptions) =>
      enrol(context, { method: 'totp' }, { ...options, ...shared() }),
    ),
  )
  withAddOptions(
    add.command('push').description('a phone that approves, by the Holdfast authenticator’s page'),
  ).action(
    host.run((context, options: AddOptions) =>
      enrol(context, { method: 'push' }, { ...options, ...shared() }),
    ),
  )
  withAddOptions(add.command('passkey').description('a passkey or security key, by way of a browser')).action(
    host.run((context, options: AddOptions) =>
      enrol(context, { method: 'passkey' }, { ...options, ...shared() }),
    ),
  )
  factors
    .command('remove')
    .description('take one off the account')
    .argument('<factor>', 'label, id or beginning of the id')
    .option('-y, --yes', 'do not ask')
    .action(host.run(remove))
  addRecoveryPhone(factors, host)
  factors
    .command('opt-out')
    .description('switch the second factor off, where that is allowed: erases every method')
    .option('-y, --yes', 'do not ask')
    .action(host.run(optOut))
  factors
    .command('backup-codes')
    .description('make new backup codes; the old ones stop working')
    .option('--save-backup-codes <file>', 'write them to a new file instead of the screen')
    .action(
      host.run(async (context, options: AddOptions) => {
        const { backupCodes } = await request(context, 'factors.regenerateBackupCodes', {})
        await showBackupCodes(context, backupCodes, options.saveBackupCodes)
        result(context, { backupCodesMade: backupCodes.length }, () => [
          'The old backup codes no longer work.',
        ])
        return 0
      }),
    )
}

async function list(context: CommandContext): Promise<number> {
  const { factors } = await request(context, 'factors.list', {})
  const nowMs = context.clock.nowMs()
  result(context, { factors }, () => {
    if (factors.length === 0)
      return ['No second factor is registered. Add one: `holdfast factors add authenticator`.']
    const columns = ['METHOD', 'LABEL', 'GOES TO', 'LAST USED', 'STATE', 'ID'].map((title) => ({ title }))
    const rows = factors.map((factor) => [
      methodNames[factor.method],
      printable(factor.label),
      factor.maskedDestination ?? '',
      factor.lastUsedAt === null ? 'never' : formatRelative(Date.parse(factor.lastUsedAt), nowMs),
      stateOf(factor),
      factor.id,
    ])
    return formatTable(columns, rows)
  })
  return 0
}

function stateOf(factor: Factor): string {
  if (factor.codesLeft !== null) return `${factor.codesLeft} left`
  return factor.isProven ? 'proven' : 'not proven yet'
}

async function history(context: CommandContext): Promise<number> {
  const { history: events } = await request(context, 'factors.list', {})
  result(context, { history: events }, () => {
    const columns = ['WHEN', 'WHAT', 'METHOD', 'LABEL', 'FROM'].map((title) => ({ title }))
    const rows = events.map((event) => [
      formatInstant(event.at),
      event.event,
      methodNames[event.method],
      printable(event.label),
      event.address ?? '',
    ])
    return formatTable(columns, rows)
  })
  return 0
}

async function enrol(context: CommandContext, enrolment: Enrolment, options: AddOptions): Promise<number> {
  const label = options.label === undefined ? {} : { label: options.label }
  const { step } = await request(context, 'factors.enrol', { ...enrolment, ...label })
  const last = await walkSteps(context, step, { saveBackupCodes: options.saveBackupCodes })
  if (last.kind !== 'enrolled') throw new Error(`Registering a method ended in ${last.kind}.`)
  const { factor } = last
  result(context, { factor }, () => [`Registered: ${methodNames[factor.method]} ${printable(factor.label)}.`])
  return 0
}

/** @throws AppError NOT_FOUND; INPUT_INVALID when several fit */
export function matchFactor(factors: readonly Factor[], word: string): Factor {
  const exact = factors.filter((factor) => factor.id === word || factor.label === word)
  const fitting =
    exact.length > 0 ? exact : factors.filter((factor) => word.length >= 6 && factor.id.startsWith(word))
  const [only, another] = fitting
  if (only === undefined) throw new AppError('NOT_FOUND', `Nothing called "${word}" is registered.`)
  if (another !== undefined) {
    throw new AppError(
      'INPUT_INVALID',
      `Several are called that; use the id: ${fitting.map(({ id }) => id).join(', ')}.`,
    )
  }
  return only
}

async function askWhat(context: CommandContext, methods: readonly Method[]): Promise<Enrolment> {
  const choices = methods
    .filter((method) => method !== 'backup-code')
    .map((method) => ({ text: methodNames[method], value: method }))
  if (choices.length === 0) {
    throw new AppError('NOT_ALLOWED', 'Nothing can be registered here; contact your administrator.')
  }
  const method = await askChoice(context, 'what to register', 'What do you want to register?', choices)
  return askEnrolmentDetails(context, method)
}

async function optOut(context: CommandContext, options: { readonly yes?: boolean }): Promise<number> {
  const question =
    'Erase every method and backup code? Then whoever knows your password gets in without anything else.'
  if (options.yes !== true && !(await askYesNo(context, 'confirmation (--yes)', question, false))) {
    remark(context, 'Nothing was changed.')
    return 0
  }
  const { removed } = await request(context, 'factors.optOut', {})
  result(context, { removed }, () => ['The second factor is switched off; every method was erased.'])
  return 0
}

async function remove(
  context: CommandContext,
  word: string,
  options: { readonly yes?: boolean },
): Promise<number> {
  const { factors } = await request(context, 'factors.list', {})
  const factor = matchFactor(factors, word)
  const question = `Remove ${methodNames[factor.method]} ${printable(factor.label)}?`
  if (options.yes !== true && !(await askYesNo(context, 'confirmation (--yes)', question, false))) {
    remark(context, 'Nothing was changed.')
    return 0
  }
  await request(context, 'factors.remove', { factorId: factor.id })
  result(context, { removed: factor.id }, () => [`Removed ${printable(factor.label)}.`])
  return 0
}
