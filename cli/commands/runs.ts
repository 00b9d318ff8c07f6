import type { Command } from 'commander'
import type { JobRun } from '../../shared/model/job-run.ts'
import { findSet } from '../find-set.ts'
import { formatSize } from '../format/size.ts'
import { formatTable } from '../format/table.ts'
import { formatDuration, formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { parseCount } from '../parse/number.ts'
import { request } from '../request.ts'

export function addRuns(program: Command, host: Host): void {
  program
    .command('runs')
    .description('what ran, when and with which outcome')
    .argument('[set]', 'name or id of a backup set; all sets without it')
    .option('--limit <count>', 'how many at most (1–500)', parseCount, 20)
    .action(
      host.run(async (context, word: string | undefined, options: { readonly limit: number }) => {
        const only = word === undefined ? {} : { backupSetId: (await findSet(context, word)).id }
        const { runs } = await request(context, 'runs.list', { ...only, limit: options.limit })
        const { backupSets } = await request(context, 'sets.list', {})
        const names = new Map(backupSets.map((set) => [set.id, set.definition.name]))
        result(context, { runs }, () => {
          if (runs.length === 0) return ['Nothing has run yet.']
          const columns = ['STARTED', 'SET', 'KIND', 'OUTCOME', 'TOOK', 'ADDED'].map((title) => ({ title }))
          return formatTable(
            columns,
            runs.map((run) => row(run, names.get(run.backupSetId) ?? run.backupSetId)),
          )
        })
        return 0
      }),
    )
}

function row(run: JobRun, setName: string): string[] {
  const reason = run.errorCode ?? run.skipReason
  return [
    formatInstant(run.startedAt),
    printable(setName),
    run.trigger === 'manual' ? run.kind : `${run.kind} (${run.trigger})`,
    reason === null ? run.outcome : `${run.outcome}: ${reason}`,
    formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)),
    run.kind === 'backup' ? formatSize(run.bytesAdded) : '',
  ]
}
