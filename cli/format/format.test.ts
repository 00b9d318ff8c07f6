import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCount, formatSize } from './size.ts'
import { formatTable } from './table.ts'
import { formatDuration, formatInstant, formatRelative } from './time.ts'
import { displayWidth, printable, shortenLeft } from './width.ts'

describe('a size', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [10 * 1024, '10.0 KiB'],
    [137 * 1024 ** 2, '137 MiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [1024 ** 3 * 9.999, '10.0 GiB'],
    [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
  ])('of %d bytes reads %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })

  it('never takes more than eight characters', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(formatSize(bytes).length).toBeLessThanOrEqual(8)
      }),
    )
  })
})

describe('a count', () => {
  it.each([
    [0, '0 files'],
    [1, '1 file'],
    [12_345, '12,345 files'],
  ])('of %d reads %s', (count, text) => {
    expect(formatCount(count, 'file')).toBe(text)
  })
})

describe('a duration', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [2 * 3_600_000 + 5 * 60_000, '2 h 5 min'],
    [76 * 3_600_000, '3 d 4 h'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('an instant seen from now', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  it.each([
    [-10_000, 'just now'],
    [-60_000, '1 minute ago'],
    [-59.6 * 60_000, '1 hour ago'],
    [2 * 3_600_000, 'in 2 hours'],
    [-23.6 * 3_600_000, '1 day ago'],
    [-3 * 86_400_000, '3 days ago'],
    [40 * 86_400_000, 'in 40 days'],
  ])('%d ms away reads %s', (distance, text) => {
    expect(formatRelative(now + distance, now)).toBe(text)
  })

  it('on the wall clock uses the zone', () => {
    expect(formatInstant('2026-01-05T23:30:00.000Z', 'Europe/Berlin')).toBe('2026-01-06 00:30')
  })
})

describe('a table', () => {
  it('pads to the widest cell, also where characters are wide', () => {
    const columns = [{ title: 'NAME' }, { title: 'SIZE', align: 'right' as const }, { title: 'NEXT' }]
    expect(
      formatTable(columns, [
        ['写真', '1 B', 'today'],
        ['documents', '12 MiB', ''],
      ]),
    ).toEqual(['NAME         SIZE  NEXT', '写真          1 B  today', 'documents  12 MiB'])
  })
})

describe('a text on a terminal', () => {
  it('counts wide characters twice and colours not at all', () => {
    expect(displayWidth('\u001b[31mab\u001b[0m日本🙂')).toBe(8)
  })

  it('is shortened from the left and never wider than asked', () => {
    expect(shortenLeft('/home/anna/photos/2026/日本.jpg', 14)).toBe('…2026/日本.jpg')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 40 }), (text, width) => {
        return displayWidth(shortenLeft(text, width)) <= width
      }),
    )
  })

  it('of somebody else cannot move the cursor or turn the writing direction', () => {
    expect(printable('a\u001b[2Jb\r\nc\u202ed')).toBe('a\\x1b[2Jb\\x0d\\x0ac\\u202ed')
  })
})
