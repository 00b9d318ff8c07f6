import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'

/** One mailbox, nothing around it: no display name, no line break, no second address (header injection). */
const addressSchema = z.email().max(254)

/**
 * Reads an address as people type it; the domain is compared without case.
 *
 * @throws AppError INPUT_INVALID at `path` when it is no address
 */
export function readEmailAddress(typed: string, path: string): string {
  const parsed = addressSchema.safeParse(typed.trim())
  if (!parsed.success) {
    throw new AppError('INPUT_INVALID', 'This is not an e-mail address.', {
      details: { paths: [path], reason: 'not-an-email-address' },
    })
  }
  const at = parsed.data.lastIndexOf('@')
  return `${parsed.data.slice(0, at)}@${parsed.data.slice(at + 1).toLowerCase()}`
}

/** First two characters and the domain (seed Q360), such as `an•••@example.org`; of a short name less. */
export function maskEmailAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const name = address.slice(0, at)
  const shown = name.slice(0, name.length > 2 ? 2 : 1)
  return `${shown}•••${address.slice(at)}`
}
