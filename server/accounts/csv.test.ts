import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { csvText, readCsv } from './csv.ts'

const columns = ['loginName', 'displayName']

function reasonOf(text: string): unknown {
  try {
    readCsv(text, columns, 3)
    return 'read'
  } catch (error) {
    if (isAppError(error, 'INPUT_INVALID')) return error.details?.['reason']
    throw error
  }
}

describe('a CSV file', () => {
  it.each([
    ['commas', 'loginName,displayName\nanna,Anna'],
    ['semicolons', 'loginName;displayName\r\nanna;Anna\r\n'],
    ['tabs', 'loginName\tdisplayName\nanna\tAnna'],
    ['a byte order mark, other case and spaces', '\uFEFFLOGINNAME, DisplayName\n anna , Anna \n\n'],
  ])('is read with %s', (_name, text) => {
    expect(readCsv(text, columns, 3)).toEqual([
      { line: 2, cells: { loginName: 'anna', displayName: 'Anna' } },
    ])
  })

  it('leaves empty cells out, and counts the lines of cells with line breaks', () => {
    const text = 'loginName,displayName\nanna,\n"ben","Ben\nBauer"\ncarl,Carl'
    expect(readCsv(text, columns, 3).map(({ line, cells }) => [line, cells['displayName']])).toEqual([
      [2, undefined],
      [4, 'Ben\nBauer'],
      [5, 'Carl'],
    ])
  })

  it.each([
    ['an unknown column', 'loginName,role\nx,admin', 'unknown-column'],
    ['a column twice', 'loginName,LoginName\nx,y', 'column-twice'],
    ['more cells than columns', 'loginName,displayName\na,b,c', 'csv_record_inconsistent_fields_length'],
    ['a quote without end', 'loginName\n"a', 'csv_quote_not_closed'],
    ['too many lines', 'loginName\na\nb\nc\nd', 'too-many-lines'],
    ['nothing in it', '\n', 'empty'],
  ])('with %s is refused with the reason', (_name, text, reason) => {
    expect(reasonOf(text)).toBe(reason)
  })

  it.each(['=1+1', '+49151', '-2', '@sum', '\tx', '=cmd|"/c calc"!A1'])(
    'that is written runs no formula: %s',
    (value) => {
      const [, line = ''] = csvText([['loginName'], [value]]).split('\r\n')
      expect(line.replace(/^"/, '')).toMatch(/^'/)
    },
  )

  it('gives back what was written, whatever it is', () => {
    const cell = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => text.trim())
    fc.assert(
      fc.property(cell, cell, (loginName, displayName) => {
        // An apostrophe before a formula's first character is how the guard itself looks.
        fc.pre(![loginName, displayName].some((text) => text === '' || /^'[=+\-@\t\r\n]/.test(text)))
        fc.pre(!/[\r\n]/.test(loginName + displayName))
        const text = csvText([columns, [loginName, displayName]])
        expect(readCsv(text, columns, 3)).toEqual([{ line: 2, cells: { loginName, displayName } }])
      }),
    )
  })
})
