import { join } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import {
  channelSchema,
  providerChannels,
  providerNames,
  type Channel,
  type Sender,
} from '../../shared/model/sender.ts'
import { readConfiguredSettings } from '../senders/configured.ts'
import { senderCounts } from '../senders/counts.ts'
import { finishSenderTest, startSenderTest, type LiveTestDeps } from '../senders/live-test.ts'
import { resumeNumberBlock } from '../senders/number-blocks.ts'
import { outboxProvider } from '../senders/providers/outbox.ts'
import { addSender as addNewSender, listSenders, removeSender, updateSender } from '../senders/senders.ts'
import { openMessages } from '../senders/sending.ts'
import { answer, common, withServer, type AdminDeps, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { countUpTo, repeated } from './options.ts'
import { fieldsOf, givenSettings, providerNamed, type SettingOptions } from './sender-settings.ts'
import { table } from './table.ts'

interface DraftOptions extends CommonOptions, SettingOptions {
  readonly provider: string
  readonly channel?: readonly string[]
  readonly order?: number
  readonly disabled?: boolean
}

interface EditOptions extends CommonOptions, SettingOptions {
  readonly name?: string
  readonly channel?: readonly string[]
  readonly order?: number
  readonly enable?: boolean
  readonly disable?: boolean
}

export function addSender(program: Command, io: CommandIo): void {
  const sender = program.command('sender').description('Who sends passcodes and notices: SMS, calls, mail')

  common(
    sender.command('providers').description('The providers that can be used and their settings'),
    'sender providers',
  ).action((options: CommonOptions) => {
    const providers = providerNames.map((name) => ({
      name,
      channels: providerChannels[name],
      settings: fieldsOf(name),
    }))
    const rows = providers.flatMap(({ channels, name, settings }) => [
      [name, channels.join(' '), ''],
      ...settings.map((field) => [`  ${field.name}`, kindOf(field), field.description]),
    ])
    answer(io, options, { providers }, table(['PROVIDER', 'CHANNELS', 'MEANING'], rows))
  })

  common(
    sender.command('list').description('All senders, in the order in which they are tried'),
    'sender list',
  ).action(async (options: CommonOptions) => {
    const senders = await withServer(options, io, listSenders)
    const rows = senders.map((each) => [
      each.id,
      each.name,
      each.settings.provider,
      each.channels.join(' '),
      each.order,
      each.isEnabled ? 'on' : 'off',
    ])
    answer(io, options, { senders }, table(['ID', 'NAME', 'PROVIDER', 'CHANNELS', 'ORDER', 'STATE'], rows))
  })

  common(
    withSettings(sender.command('add <name>'))
      .description('Add a sender; secrets come by file or standard input only')
      .requiredOption('--provider <provider>', providerNames.join(', '))
      .option('--disabled', 'do not use it yet: test it first'),
    'sender add Twilio --provider twilio --set accountSid=AC… --set sender=+12025550100 --secret-stdin authToken',
    'sender add Mail --provider smtp --set host=mail.example --set from=backup@example.org',
    'sender add Second --provider sns --order 2 --secret-file secretAccessKey=key.txt --set region=eu-central-1 --set accessKeyId=AK…',
  ).action((name: string, options: DraftOptions) => add(name, options, io))

  common(
    withSettings(sender.command('edit <sender>'))
      .description('Change a sender, named by its id or name; what is not told stays')
      .option('--name <name>', 'call it otherwise')
      .option('--enable', 'use it')
      .option('--disable', 'do not use it'),
    'sender edit Twilio --order 2',
    'sender edit Twilio --secret-stdin authToken < new-token',
  ).action((which: string, options: EditOptions) => edit(which, options, io))

  common(
    sender.command('remove <sender>').description('Remove a sender, named by its id or name'),
    'sender remove Twilio',
  ).action(async (which: string, options: CommonOptions) => {
    await withServer(options, io, async (deps) => {
      await removeSender(deps, (await senderNamed(deps, which)).id, deps.by)
    })
    answer(io, options, { done: true }, 'Done.\n')
  })

  common(
    sender
      .command('test <sender>')
      .description('Really send a passcode by one sender, and ask for the code that arrives')
      .requiredOption('--to <number>', 'a number with its country code, or an address of mail')
      .option('--channel <channel>', 'sms, voice or email (default: the first that it is used for)'),
    'sender test Twilio --to "+49 1512 3456789"',
    'sender test Mail --to anna@example.org',
  ).action((which: string, options: TestOptions) => test(which, options, io))

  common(
    sender
      .command('counts')
      .description('What was sent, why the rest was not, and what it cost')
      .option('--days <number>', 'of so many days, today included', countUpTo(800), 30),
    'sender counts',
    'sender counts --days 365 --json',
  ).action(async (options: CommonOptions & { days: number }) => {
    const counts = await withServer(options, io, ({ clock, store }) =>
      senderCounts(store.db, clock.nowMs(), options.days),
    )
    const rows = counts.map((each) => [
      each.day,
      each.provider,
      each.channel,
      each.country,
      each.outcome,
      each.count,
      each.currency === null ? null : `${(each.priceMicros / 1e6).toFixed(4)} ${each.currency}`,
    ])
    const titles = ['DAY', 'PROVIDER', 'CHANNEL', 'COUNTRY', 'OUTCOME', 'COUNT', 'PRICE']
    answer(io, options, { counts }, table(titles, rows))
  })

  common(
    sender
      .command('resume-block <block>')
      .description('Let numbers of a paused block be registered again; the alert names the block'),
    'sender resume-block +491511234',
  ).action(async (block: string, options: CommonOptions) => {
    const wasPaused = await withServer(options, io, (deps) => resumeNumberBlock(deps, block, deps.by))
    answer(io, options, { wasPaused }, wasPaused ? 'Resumed.\n' : 'It was not paused.\n')
  })
}

function withSettings(command: Command): Command {
  return command
    .option('--channel <channel>', 'sms, voice or email; may be repeated (default: all it can)', repeated)
    .option('--order <number>', 'the lowest is tried first', countUpTo(99))
    .option('--set <name=value>', 'a setting (see sender providers); may be repeated', repeated)
    .option('--secret-file <name=file>', 'a secret from a file; may be repeated', repeated)
    .option('--secret-stdin <name>', 'a secret from standard input')
}

function kindOf({ isRequired, isSecret }: ReturnType<typeof fieldsOf>[number]): string {
  if (isSecret) return 'secret'
  return isRequired ? 'required' : ''
}

async function add(name: string, options: DraftOptions, io: CommandIo): Promise<void> {
  const provider = providerNamed(options.provider)
  const draft = {
    name,
    channels: options.channel?.map(channelNamed) ?? providerChannels[provider],
    ...(options.order === undefined ? {} : { order: options.order }),
    isEnabled: options.disabled !== true,
    settings: { provider, ...(await givenSettings(provider, options, io)) },
  }
  const made = await withServer(options, io, (deps) => addNewSender(deps, draft, deps.by))
  answer(io, options, { sender: made }, `Added ${made.name} (${made.id}). Test it: sender test\n`)
}

async function edit(which: string, options: EditOptions, io: CommandIo): Promise<void> {
  if (options.enable === true && options.disable === true) {
    throw new AppError('INPUT_INVALID', 'Either --enable or --disable.', { details: { paths: ['enable'] } })
  }
  const changed = await withServer(options, io, async (deps) => {
    const { channels, id, isEnabled, name, order, settings, version } = await senderNamed(deps, which)
    const draft = {
      name: options.name ?? name,
      channels: options.channel?.map(channelNamed) ?? channels,
      order: options.order ?? order,
      isEnabled: options.enable === true || (options.disable !== true && isEnabled),
      settings: { ...settings, ...(await givenSettings(settings.provider, options, io)) },
    }
    return await updateSender(deps, { id, version, draft }, deps.by)
  })
  answer(io, options, { sender: changed }, `Changed ${changed.name}.\n`)
}

interface TestOptions extends CommonOptions {
  readonly to: string
  readonly channel?: string
}

async function test(which: string, options: TestOptions, io: CommandIo): Promise<void> {
  const started = await withServer(options, io, async (admin) => {
    const deps = withMessages(admin)
    const { channels, id } = await senderNamed(admin, which)
    const channel = options.channel === undefined ? channels[0] : channelNamed(options.channel)
    if (channel === undefined) throw new Error('A sender without a channel.')
    const input = { senderId: id, channel, to: options.to, network: null, language: null }
    const begun = await startSenderTest(deps, input, deps.by)
    const where = begun.isReal ? begun.maskedDestination : 'the outbox folder: this server sends nothing real'
    const letters = begun.prefix === null ? '' : `${begun.prefix}-`
    io.err(`Sent to ${where}.\nThe ${begun.codeLength} digits that arrived: ${letters}`)
    await finishSenderTest(deps, { testId: begun.testId, code: await io.readLine() }, deps.by)
    return begun
  })
  answer(io, options, { test: started, isCompleted: true }, 'Test completed successfully\n')
}

function withMessages(deps: AdminDeps): AdminDeps & LiveTestDeps {
  const configured = readConfiguredSettings(deps.config, deps.dataFolder)
  const outbox = outboxProvider(join(deps.dataFolder, 'outbox'), deps.clock)
  return { ...deps, senders: openMessages({ ...deps, configured, outbox }) }
}

/** @throws AppError NOT_FOUND */
async function senderNamed(deps: AdminDeps, which: string): Promise<Sender> {
  const found = (await listSenders(deps)).find(({ id, name }) => id === which || name === which)
  if (found === undefined) throw new AppError('NOT_FOUND', 'There is no sender of that id or name.')
  return found
}

function channelNamed(text: string): Channel {
  const channel = channelSchema.safeParse(text)
  if (channel.success) return channel.data
  throw new AppError('INPUT_INVALID', `--channel: one of ${channelSchema.options.join(', ')}.`, {
    details: { paths: ['channel'] },
  })
}
