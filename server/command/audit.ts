import type { Command } from 'commander'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { listAudit, verifyAudit, type AuditHead } from '../audit/audit.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { countUpTo } from './options.ts'
import { table, timeText } from './table.ts'

interface ListOptions extends CommonOptions {
  readonly limit: number
  readonly before?: number
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
    const shown = entries.map((entry) => ({ ...entry, at: isoOf(entry.at) }))
    const rows = shown.map((entry) => [
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
    answer(io, options, { entries: shown }, table(titles, rows))
  })

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

function headFrom(text: string): AuditHead {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined) {
    throw new AppError('INPUT_INVALID', '--head: give what `audit verify` printed.', {
      details: { paths: ['head'] },
    })
  }
  return { sequence: Number(sequence), hash }
}
