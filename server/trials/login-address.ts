import { AppError } from '../../shared/errors.ts'
import { loginNameSchema } from '../../shared/model/account.ts'
import { readEmailAddress } from '../factors/email-addresses.ts'

/**
 * Reads an address that becomes a login name, which is shorter than an address may be.
 *
 * @throws AppError INPUT_INVALID (path `email`)
 */
export function readLoginAddress(typed: string): string {
  const email = readEmailAddress(typed, 'email')
  if (loginNameSchema.safeParse(email).success) return email
  throw new AppError('INPUT_INVALID', 'This address is too long for a login name.', {
    details: { paths: ['email'], reason: 'too-long' },
  })
}
