import { describe, expect, it } from 'vitest'
import { csvOf } from './csv.ts'

describe('an exported table', () => {
  it('quotes commas, quotes and line breaks', () => {
    expect(csvOf([['a,b', 'say "hi"', 'two\nlines', 3]])).toBe('"a,b","say ""hi""","two\nlines",3\r\n')
  })

  it.each(['=1+1', '+49', '-x', '@cmd'])('never hands a formula to a spreadsheet: %s', (text) => {
    expect(csvOf([[text]])).toBe(`'${text}\r\n`)
  })
})
