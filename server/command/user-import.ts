import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { Option, type Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { importTextMax, type ImportReport } from '../../shared/model/user-import.ts'
import { exportAccounts } from '../accounts/export-users.ts'
import { importUsers } from '../accounts/import-users.ts'
import { listUsers } from '../accounts/user-list.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import { FaultsFound } from './faults-found.ts'
import type { CommandIo } from './io.ts'
import { table } from './table.ts'

interface ImportCommandOptions extends CommonOptions {
  readonly dryRun?: boolean
  readonly skipRefused?: boolean
  readonly oneTimePasswords?: boolean
}

export function addUserImport(user: Command, io: CommandIo): void {
  common(
    user
      .command('import <file>')
      .description(
        'Make backup users from a CSV or JSON file: loginName, displayName, phones, email, group, status, clientVersion, audience, subscription, secondFactor, language',
      )
      .option('--dry-run', 'say what would happen, and change nothing')
      .option('--skip-refused', 'make the others where a line cannot be taken; else nobody is made')
      .option('--one-time-passwords', 'also make a one-time password for each, shown once'),
    'user import users.csv --dry-run',
    'user import users.json --skip-refused --json',
  ).action(async (file: string, options: ImportCommandOptions) => {
    const text = textOf(file)
    const report = await withServer(options, io, (deps) =>
      importUsers(
        deps,
        {
          format: extname(file).toLowerCase() === '.json' ? 'json' : 'csv',
          text,
          dryRun: options.dryRun === true,
          onProblem: options.skipRefused === true ? 'skip' : 'nothing',
          withPasswords: options.oneTimePasswords === true,
        },
        deps.by,
      ),
    )
    answer(io, options, report, reportText(report))
    if (report.refusedCount > 0) throw new FaultsFound()
  })

  common(
    user
      .command('export')
      .description('All accounts as a file on standard output: no secrets, no numbers of phones')
      .addOption(
        new Option('--format <format>', 'for spreadsheets or programs')
          .choices(['csv', 'json'])
          .default('csv'),
      ),
    'user export > users.csv',
    'user export --format json',
  ).action(async (options: CommonOptions & { format: 'csv' | 'json' }) => {
    const accounts = await withServer(options, io, (deps) => listUsers(deps))
    io.out(exportAccounts(accounts, options.json === true ? 'json' : options.format))
  })
}

function textOf(file: string): string {
  try {
    if (statSync(file).size > importTextMax) {
      throw new AppError('INPUT_INVALID', `A file has at most ${importTextMax} bytes.`, {
        details: { paths: ['file'], reason: 'too-large' },
      })
    }
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('NOT_FOUND', 'The file cannot be read.', {
      cause: error,
      details: { paths: ['file'] },
    })
  }
}

function reportText(report: ImportReport): string {
  const rows = report.lines.map(({ line, loginName, outcome, password, problem }) => [
    line,
    loginName,
    outcome,
    problem === null ? (password?.oneTimePassword ?? null) : problem.message,
  ])
  const summary = `${report.madeCount} made, ${report.refusedCount} refused.\n`
  return `${table(['LINE', 'LOGIN NAME', 'OUTCOME', 'ONE-TIME PASSWORD OR REASON'], rows)}${summary}`
}
