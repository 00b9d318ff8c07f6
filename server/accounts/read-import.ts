import { AppError, inputError } from '../../shared/errors.ts'
import { importLinesMax, importRowSchema, type ImportRow } from '../../shared/model/user-import.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { readCsv } from './csv.ts'
import { loginKeyOf } from './login-key.ts'

/** A line that can be read, or why it cannot. */
export type ReadLine = { readonly line: number; readonly loginName: string | null } & (
  | { readonly row: ImportRow; readonly phoneNumbers: readonly string[] }
  | { readonly row: null; readonly problem: AppError }
)

/**
 * Reads and checks every line for itself and against the others of the file.
 *
 * @throws AppError INPUT_INVALID when the file as a whole cannot be read
 */
export function readImport(format: 'csv' | 'json', text: string): ReadLine[] {
  const raw = format === 'csv' ? fromCsv(text) : fromJson(text)
  if (raw.length === 0) throw invalidFile('There are no users in the file.', 'empty')
  const seen = new Set<string>()
  return raw.map(({ line, value }) => {
    const parsed = importRowSchema.safeParse(value)
    if (!parsed.success)
      return { line, loginName: nameIn(value), row: null, problem: inputError(parsed.error) }
    const { loginName, phones = [] } = parsed.data
    try {
      const phoneNumbers = phones.map((typed, index) => readPhoneNumber(typed, `phones.${index}`).number)
      const key = loginKeyOf(loginName)
      if (seen.has(key)) throw new AppError('CONFLICT', 'The name stands in the file twice.')
      seen.add(key)
      return { line, loginName, row: parsed.data, phoneNumbers: [...new Set(phoneNumbers)] }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { line, loginName, row: null, problem: error }
    }
  })
}

function fromCsv(text: string): { line: number; value: unknown }[] {
  return readCsv(text, Object.keys(importRowSchema.shape), importLinesMax).map(({ line, cells }) => {
    const { phones, ...plain } = cells
    const list = phones?.split(/[;|]/).flatMap((each) => (each.trim() === '' ? [] : [each.trim()]))
    return { line, value: list === undefined ? plain : { ...plain, phones: list } }
  })
}

function fromJson(text: string): { line: number; value: unknown }[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'The file is no JSON.', {
      cause: error,
      details: { paths: ['text'], reason: 'json' },
    })
  }
  if (!Array.isArray(value)) throw invalidFile('The file is no list of users.', 'no-list')
  if (value.length > importLinesMax) {
    throw invalidFile(`A file has at most ${importLinesMax} users.`, 'too-many-lines')
  }
  return value.map((each: unknown, index) => ({ line: index + 1, value: each }))
}

/** To name the line where it cannot be taken; only a name that could be one. */
function nameIn(value: unknown): string | null {
  const parsed = importRowSchema.shape.loginName.safeParse(
    typeof value === 'object' && value !== null && 'loginName' in value ? value.loginName : null,
  )
  return parsed.success ? parsed.data : null
}

function invalidFile(message: string, reason: string): AppError {
  return new AppError('INPUT_INVALID', message, { details: { paths: ['text'], reason } })
}
