import { describe, expect, it } from 'vitest'
import { passcodeFrom } from './code-from-text.ts'

describe('a passcode in a text', () => {
  it.each([
    ['XYWD-581883', '581883'],
    ['581883', '581883'],
    ['581 883', '581883'],
    ['Holdfast: XYWD-581883 is your passcode. It ends in 5 minutes.', '581883'],
    ['123456 was the old one, the new one is XYWD – 581883', '581883'],
    ['Your code 581883 is valid for 10 minutes', '581883'],
    ['٥٨١٨٨٣', '581883'],
    ['５８１８８３', '581883'],
    ['58x', '58'],
    ['', ''],
  ])('%s is %s', (text, code) => expect(passcodeFrom(text, 6, 'XYWD')).toBe(code))

  it('without a prefix is the run of digits of the right length', () => {
    expect(passcodeFrom('at 20:15 use 12345678', 8, null)).toBe('12345678')
  })

  it('is never longer than a code', () => {
    expect(passcodeFrom('1234567890', 6, null)).toHaveLength(6)
  })
})
