import { CsvError, parse } from 'csv-parse/sync'
import { AppError } from '../../shared/errors.ts'

/** A line of a CSV file by the names of its columns; empty cells are left out. */
export interface CsvLine {
  /** Of the file, beginning with 1. */
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

const delimiters = [',', ';', '\t'] as const
const longestLine = 20_000

/**
 * Reads CSV (RFC 4180) with a header line, as spreadsheets write it: parted by commas, semicolons or tabs, with
 * or without a byte order mark.
 *
 * @param columns the names that a header may have, in any case
 * @throws AppError INPUT_INVALID with the line, or the columns that nobody knows
 */
export function readCsv(text: string, columns: readonly string[], maxLines: number): CsvLine[] {
  const [header, ...rows] = recordsOf(text, maxLines)
  if (header === undefined) throw invalid('The file is empty.', ['text'], 'empty')
  const names = header.cells.map((cell) => columns.find((name) => isSameName(name, cell)) ?? null)
  const unknown = header.cells.filter((_cell, index) => names[index] === null)
  if (unknown.length > 0) {
    throw invalid(`Known columns are ${columns.join(', ')}.`, ['text'], 'unknown-column')
  }
  if (new Set(names).size < names.length) throw invalid('A column comes twice.', ['text'], 'column-twice')
  return rows.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(
      cells.flatMap((cell, index) => {
        const value = withoutGuard(cell.trim())
        return value === '' ? [] : [[names[index] ?? '', value]]
      }),
    ),
  }))
}

/**
 * Writes CSV (RFC 4180). A cell that a spreadsheet would run as a formula begins with an apostrophe, which
 * `readCsv` takes off again (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

const formula = /^[=+\-@\t\r\n]/

function cellText(value: string): string {
  const guarded = formula.test(value) ? `'${value}` : value
  return /[",;\r\n\t]/.test(guarded) || guarded !== guarded.trim()
    ? `"${guarded.replaceAll('"', '""')}"`
    : guarded
}

function withoutGuard(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell
}

function recordsOf(text: string, maxLines: number): { line: number; cells: string[] }[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      max_record_size: longestLine,
      skip_empty_lines: true,
      // One more than allowed, so that too many are noticed.
      to: maxLines + 2,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    if (records.length > maxLines + 1) {
      throw invalid(`A file has at most ${maxLines} users.`, ['text'], 'too-many-lines')
    }
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const lines: unknown = Reflect.get(error, 'lines')
    const line = typeof lines === 'number' ? lines : 0
    throw new AppError('INPUT_INVALID', `The CSV is malformed at line ${line}.`, {
      cause: error,
      details: { paths: ['text'], reason: error.code.toLowerCase(), line },
    })
  }
}

/** What the header line has most of. */
function delimiterOf(text: string): string {
  const header = text.split(/\r?\n/, 1)[0] ?? ''
  const count = (delimiter: string): number => header.split(delimiter).length
  return [...delimiters].sort((a, b) => count(b) - count(a))[0] ?? ','
}

function isSameName(name: string, cell: string): boolean {
  return name.toLowerCase() === cell.trim().toLowerCase()
}

function invalid(message: string, paths: string[], reason: string): AppError {
  return new AppError('INPUT_INVALID', message, { details: { paths, reason } })
}
