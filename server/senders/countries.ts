import type { Kysely } from 'kysely'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { AppError } from '../../shared/errors.ts'
import { serverSettings } from '../settings.ts'
import type { Tables } from '../store/tables.ts'

/** ISO 3166-1 alpha-2 of an E.164 number; null where it belongs to none (satellite phones, freephone). */
export function countryOf(number: string): string | null {
  return parsePhoneNumberFromString(number)?.country ?? null
}

/**
 * Whether numbers of this country get messages and calls at all.
 *
 * @param number E.164; a number of no country is allowed only where all are
 * @returns the refusal, or null
 */
export async function countryRefusal(db: Kysely<Tables>, number: string): Promise<AppError | null> {
  const { allowedCountries } = (await serverSettings(db)).settings
  if (allowedCountries === null) return null
  const country = countryOf(number)
  if (country !== null && allowedCountries.includes(country)) return null
  return new AppError('COUNTRY_NOT_ALLOWED', 'This server sends nothing to numbers of this country.')
}
