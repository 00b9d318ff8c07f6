import { describe, expect, it } from 'vitest'
import { maskPhoneNumber, readPhoneNumber } from './phone-numbers.ts'

describe('a telephone number', () => {
  it.each([
    ['+49 151 1234-5678', '+4915112345678', '49'],
    ['+852 3799 1234', '+85237991234', '852'],
    ['+1 (202) 555-0123', '+12025550123', '1'],
  ])('typed as %s is kept as %s', (typed, number, callingCode) => {
    expect(readPhoneNumber(typed, 'phoneNumber')).toEqual({ number, callingCode })
  })

  it.each([
    '',
    '+',
    '12345678',
    '+49',
    '+49 1',
    '+999 1234 5678',
    '+49 151 1234 5678 ext 9',
    '+४९१५११२३४५६७८',
  ])('that is %j is refused by its path and not repeated', (typed) => {
    expect(() => readPhoneNumber(typed, 'enrolment.phoneNumber')).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: 'This is not a telephone number with its country code.',
        details: { paths: ['enrolment.phoneNumber'], reason: 'not-a-phone-number' },
      }) as Error,
    )
  })

  it.each([
    ['+4915112345678', '+4••••••••5678'],
    ['+85237991234', '+8••••••1234'],
    ['+2901234', '+2••1234'],
  ])('%s is shown as %s', (number, masked) => {
    expect(maskPhoneNumber(number)).toBe(masked)
    expect(masked).toHaveLength(number.length)
  })
})
