import { describe, expect, it } from 'vitest'
import { pictureTypeOf, textOf } from './file-kind.ts'

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))),
  )

describe('a picture', () => {
  it.each([
    ['image/png', bytes(0x89, 'PNG\r\n', 0x1a, '\n')],
    ['image/jpeg', bytes(0xff, 0xd8, 0xff, 0xe0)],
    ['image/gif', bytes('GIF89a')],
    ['image/webp', bytes('RIFF1234WEBPVP8 ')],
    ['image/avif', bytes(0, 0, 0, 0x20, 'ftypavif')],
  ])('is known by its first bytes: %s', (type, content) => expect(pictureTypeOf(content)).toBe(type))

  it.each(['<svg xmlns="http://www.w3.org/2000/svg"><script>', '<html>', '%PDF-1.7', ''])(
    'is nothing that could hold a script: %s',
    (content) => expect(pictureTypeOf(bytes(content))).toBeUndefined(),
  )
})

describe('a text', () => {
  it('is read as UTF-8, and a character that was cut in half is left out', () => {
    expect(textOf(Buffer.from('früh'), false)).toBe('früh')
    expect(textOf(Buffer.from('früh').subarray(0, 3), true)).toBe('fr')
  })

  it('is read as UTF-16 with its mark', () => {
    expect(textOf(Buffer.from('\ufeffÄ', 'utf16le'), false)).toBe('Ä')
  })

  it('is read as old programs wrote it', () => expect(textOf(bytes('fr', 0xfc, 'h'), false)).toBe('früh'))

  it('is not what holds control characters', () => {
    expect(textOf(bytes('a', 0, 'b'), false)).toBeUndefined()
    expect(textOf(bytes(0x7f, 'ELF', 2, 1, 1, 0), false)).toBeUndefined()
  })

  it('may be empty', () => expect(textOf(bytes(), false)).toBe(''))
})
