import { Option, type Command } from 'commander'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { auditOutcomeSchema, type AuditFilter, type AuditView } from '../../shared/model/audit.ts'
import { searchAudit } from '../audit/search.ts'
import { listAudit, verifyAudit, type AuditHead } from '../audit/audit.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { countUpTo, instant } from './options.ts'
import { table, timeText } from './table.ts'

interface ListOptions extends CommonOptions {
  readonly limit: number
  readonly before?: number
}

interface SearchOptions extends ListOptions, Omit<AuditFilter, 'since' | 'until'> {
  readonly since?: number
  readonly until?: number
}

export function addAudit(program: Command, io: CommandIo): void {
  const audit = program.command('audit').description('Who did what, and who was refused')

  common(
    audit
      .command('list')
      .description('Newest entries first')
      .option('--limit <count>', 'how many', countUpTo(100_000), 50)
      .option('--before <number>', 'only entries before this one', countUpTo(Number.MAX_SAFE_INTEGER)),
    'audit list',
    'audit list --limit 1000 --json',
  ).action(async (options: ListOptions) => {
    const { limit, before } = options
    const entries = await withServer(options, io, (deps) =>
      listAudit(deps.store.db, before === undefined ? { limit } : { limit, before }),
    )
    showEntries(
      io,
      options,
      entries.map((entry) => ({ ...entry, at: isoOf(entry.at) })),
    )
  })

  common(
    audit
      .command('search')
      .description('Entries that fit, newest first')
      .option('--actor <who>', 'such as user:usr_…, token:tok_… or command:root')
      .option('--action <what>', 'such as user.suspended; with a dot at the end a whole subject: user.')
      .addOption(new Option('--outcome <outcome>', 'how it ended').choices(auditOutcomeSchema.options))
      .option('--target <id>', 'whom or what it was about')
      .option('--since <time>', 'at or after this time', instant)
      .option('--until <time>', 'before this time', instant)
      .option('--before <number>', 'only entries before this one', countUpTo(Number.MAX_SAFE_INTEGER))
      .option('--limit <count>', 'how many', countUpTo(100_000), 50),
    'audit search --action user. --since 2026-03-01T00:00:00Z',
    'audit search --actor token:tok_3q2-7wAAAAAAAAAAAAAAAA --outcome refused --json',
  ).action(
    async ({ limit, before, since, until, actor, action, outcome, target, ...options }: SearchOptions) => {
      const filter = {
        actor,
        action,
        outcome,
        target,
        since: since === undefined ? undefined : isoOf(since),
        until: until === undefined ? undefined : isoOf(until),
      }
      const { entries } = await withServer(options, io, (deps) =>
        searchAudit(deps.store.db, filter, { limit, before }),
      )
      showEntries(io, options, entries)
    },
  )

  common(
    audit
      .command('verify')
      .description('Walk the whole chain and find entries that were changed, removed or moved')
      .option('--head <number:hash>', 'a head noted earlier: also finds entries cut off the end'),
    'audit verify',
    'audit verify --head 1041:9f86d081…',
  ).action(async (options: CommonOptions & { head?: string }) => {
    const known = options.head === undefined ? undefined : headFrom(options.head)
    const verdict = await withServer(options, io, (deps) => verifyAudit(deps.store, known))
    if (verdict.kind === 'broken') {
      throw new AppError(
        'PROFILE_DAMAGED',
        `The audit log is broken at entry ${verdict.sequence}: ${verdict.reason}`,
        {
          details: { sequence: verdict.sequence },
        },
      )
    }
    const { sequence, hash } = verdict.head
    const text = `Intact: ${sequence} entries. Keep this head elsewhere to prove later that nothing was cut off:\n${sequence}:${hash}\n`
    answer(io, options, verdict, text)
  })
}

function showEntries(io: CommandIo, options: CommonOptions, entries: readonly AuditView[]): void {
  const rows = entries.map((entry) => [
    entry.sequence,
    timeText(entry.at),
    entry.actor,
    entry.action,
    entry.outcome,
    entry.target ?? null,
    entry.address ?? null,
    entry.details === undefined ? null : JSON.stringify(entry.details),
  ])
  const titles = ['NUMBER', 'WHEN', 'WHO', 'WHAT', 'OUTCOME', 'ON', 'FROM', 'DETAILS']
  answer(io, options, { entries }, table(titles, rows))
}

function headFrom(text: string): AuditHead {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined) {
    throw new AppError('INPUT_INVALID', '--head: give what `audit verify` printed.', {
      details: { paths: ['head'] },
    })
  }
  return { sequence: Number(sequence), hash }
}
