import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lineReader } from './line-reader.ts'

function linesOf(chunks: readonly Uint8Array[], maxBytes?: number): [string, boolean][] {
  const lines: [string, boolean][] = []
  const reader = lineReader((line, isCut) => lines.push([line, isCut]), maxBytes)
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return lines
}

describe('the lines of an output', () => {
  const folder = join(import.meta.dirname, 'recorded')
  it.each(readdirSync(folder).filter((name) => name.startsWith('backup-')))(
    'of %s are the same wherever it is split',
    (name) => {
      const bytes = readFileSync(join(folder, name))
      const whole = linesOf([bytes])
      expect(whole.length).toBeGreaterThan(1)
      for (let at = 0; at <= bytes.length; at += 1) {
        expect(linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
      }
      expect(linesOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
    },
  )

  it('keep characters whole that a chunk splits', () => {
    const bytes = Buffer.from('é🎉\n')
    expect(linesOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([['é🎉', false]])
  })

  it('show bytes that are no UTF-8 as replacement characters', () => {
    expect(linesOf([Buffer.from([0x61, 0xff, 0x62, 0x0a])])).toEqual([['a�b', false]])
  })

  it('are cut where they are longer than allowed, and say so', () => {
    expect(linesOf([Buffer.from('12345678\n1234\n')], 4)).toEqual([
      ['1234', true],
      ['1234', false],
    ])
  })

  it('of 100 MB without an end hold no more memory than allowed', () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x61)
    const [line] = linesOf(
      Array.from({ length: 100 }, () => chunk),
      1000,
    )
    expect(line).toEqual(['a'.repeat(1000), true])
  })

  it('end also without a newline, and with the end of Windows', () => {
    expect(linesOf([Buffer.from('one\r\ntwo')])).toEqual([
      ['one', false],
      ['two', false],
    ])
  })

  it('survive a chunk whose memory is used again', () => {
    const lines: string[] = []
    const reader = lineReader((line) => lines.push(line))
    const chunk = Buffer.from('first')
    reader.push(chunk)
    chunk.fill(0x78)
    reader.push(Buffer.from('\n'))
    expect(lines).toEqual(['first'])
  })
})
