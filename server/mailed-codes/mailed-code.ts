import { randomGroups } from '../accounts/random-words.ts'
import { tokenHash } from '../server-key.ts'

/** NIST SP 800-63B-4 lets a mailed code live a day; an hour is enough for a person at a screen. */
export const mailedCodeMs = 60 * 60_000

/** What a mailed code is for; one of another purpose is none. */
export type MailedCodePurpose = 'password-reset' | 'registration'

/** 20 characters out of 30: 98 bits, which nobody tries through. */
export function newMailedCode(): string {
  return randomGroups(4, 5)
}

/** As typed or pasted, with any dashes and spaces. */
export function mailedCodeHash(purpose: MailedCodePurpose, typed: string): string {
  return tokenHash(`${purpose}:${typed.normalize('NFKC').toLowerCase().replaceAll(/[\s-]/gu, '')}`)
}

/** A clock that was set back makes no code live longer. */
export function isMailedCodeOver(
  { createdAt, expiresAt }: { readonly createdAt: number; readonly expiresAt: number },
  nowMs: number,
): boolean {
  return nowMs >= expiresAt || nowMs < createdAt - 60_000
}
