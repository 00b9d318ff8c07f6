import { randomGroups } from '../accounts/random-words.ts'
import { tokenHash } from '../server-key.ts'

/** 20 characters out of 30: 98 bits, which nobody tries through. */
export function newResetCode(): string {
  return randomGroups(4, 5)
}

/** As typed or pasted, with any dashes and spaces. */
export function resetCodeHash(typed: string): string {
  return tokenHash(`password-reset:${typed.normalize('NFKC').toLowerCase().replaceAll(/[\s-]/gu, '')}`)
}
