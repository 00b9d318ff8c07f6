import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { AppError } from '../../shared/errors.ts'
import { typedPhoneNumberSchema } from '../../shared/model/account.ts'

export interface PhoneNumber {
  /** E.164 with the plus sign. */
  readonly number: string
  /** Country calling code without the plus sign; what sends per country are counted by. */
  readonly callingCode: string
}

/**
 * Reads a number as people type it: international, with spaces, dots, dashes and brackets.
 *
 * @throws AppError INPUT_INVALID at `path` when no such number can exist
 */
export function readPhoneNumber(typed: string, path: string): PhoneNumber {
  const parsed = typedPhoneNumberSchema.safeParse(typed).success
    ? parsePhoneNumberFromString(typed)
    : undefined
  if (parsed?.isValid() !== true) {
    throw new AppError('INPUT_INVALID', 'This is not a telephone number with its country code.', {
      details: { paths: [path], reason: 'not-a-phone-number' },
    })
  }
  return { number: parsed.number, callingCode: parsed.countryCallingCode }
}

/** First digit and last four (seed Q360), such as `+4••••••••1234`. */
export function maskPhoneNumber(number: string): string {
  const digits = number.slice(1)
  return `+${digits.slice(0, 1)}${'•'.repeat(digits.length - 5)}${digits.slice(-4)}`
}
