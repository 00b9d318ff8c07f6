import type { Command } from 'commander'
import { alertText } from '../alerts/alert-words.ts'
import { acknowledgeAlert, listAlerts } from '../alerts/alerts.ts'
import { textsIn } from '../texts/texts.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { countUpTo } from './options.ts'
import { table, timeText } from './table.ts'

export function addAlert(program: Command, io: CommandIo): void {
  const alert = program.command('alert').description('What administrators should look at')

  common(
    alert
      .command('list')
      .description('Alerts that nobody has acknowledged, newest first')
      .option('--all', 'also those that were')
      .option('--limit <number>', 'at most so many', countUpTo(1000), 50),
    'alert list',
    'alert list --all --json',
  ).action(async (options: CommonOptions & { all?: boolean; limit: number }) => {
    const openOnly = options.all !== true
    const alerts = await withServer(options, io, (deps) =>
      listAlerts(deps.store.db, { limit: options.limit, openOnly }),
    )
    const rows = alerts.map((each) => [
      each.id,
      timeText(each.lastAt),
      each.count,
      each.acknowledgedBy ?? 'open',
      alertText(textsIn('en'), each),
    ])
    answer(io, options, { alerts }, table(['ID', 'LAST', 'TIMES', 'STATE', 'WHAT HAPPENED'], rows))
  })

  common(
    alert
      .command('acknowledge <alert-id>')
      .description('Take note of an alert; what caused it goes on until somebody changes it'),
    'alert acknowledge alr_3q2-7wAAAAAAAAAAAAAAAA',
  ).action(async (id: string, options: CommonOptions) => {
    const wasOpen = await withServer(options, io, (deps) => acknowledgeAlert(deps, id, deps.by))
    answer(io, options, { wasOpen }, wasOpen ? 'Done.\n' : 'Somebody had done so before.\n')
  })
}
