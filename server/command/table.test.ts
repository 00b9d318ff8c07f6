import { describe, expect, it } from 'vitest'
import { printable, sizeText, table, timeText } from './table.ts'

describe('a table', () => {
  it('has columns as wide as their widest cell, and says nothing as a dash', () => {
    const text = table(
      ['NAME', 'DONE'],
      [
        ['Zoë 🙂', true],
        ['b', null],
        ['longer name', 3],
      ],
    )
    expect(text).toBe('NAME         DONE\nZoë 🙂        yes\nb            –\nlonger name  3\n')
  })

  it('shows control characters of others instead of obeying them', () => {
    expect(printable('a\u001b[31mb\u202ec\n')).toBe('a\\u{1b}[31mb\\u{202e}c\\u{a}')
  })
})

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.00 KiB'],
  [1536, '1.50 KiB'],
  [1024 ** 3 * 76.25, '76.3 GiB'],
  [1024 ** 4 * 1010, '1010 TiB'],
])('%d bytes read %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})

it('a time reads in UTC to the minute, and "never" as a dash', () => {
  expect(timeText('2026-03-01T12:34:56.789Z')).toBe('2026-03-01 12:34Z')
  expect(timeText(0)).toBe('1970-01-01 00:00Z')
  expect(timeText(null)).toBe('–')
})
