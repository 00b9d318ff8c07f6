import { AppError } from '../../shared/errors.ts'
import { newPasswordSchema } from '../../shared/model/account.ts'
import { commonPasswords } from './common-passwords.ts'
import { randomGroups } from './random-words.ts'

/** One-time passwords end after 72 hours (ASVS 5.0 6.4.1). */
export const oneTimePasswordMs = 72 * 3_600_000

const minLength = 8

/** 20 characters out of 30: 98 bits. */
export function newOneTimePassword(): string {
  return randomGroups(4, 5)
}

/**
 * Refuses passwords that attackers try first: common and breached ones, and those that are little more than
 * a word everybody knows here (ASVS 5.0 6.2.4, 6.2.11, 6.2.12). No rules of composition (6.2.5).
 *
 * @param contextWords the login name, the product, the server's name
 * @throws AppError INPUT_INVALID, path `newPassword`, reason `too-short`, `too-common` or `too-close-to-names`
 */
export function checkNewPassword(password: string, contextWords: readonly string[]): void {
  if (!newPasswordSchema.safeParse(password).success) throw refusal('too-short')
  const folded = password.normalize('NFKC').toLowerCase()
  if (isCommon(folded)) throw refusal('too-common')
  let rest = folded
  for (const word of contextWords) {
    const foldedWord = word.normalize('NFKC').toLowerCase()
    if (foldedWord.length >= 3) rest = rest.replaceAll(foldedWord, '')
  }
  if (rest !== folded && rest.length < minLength) throw refusal('too-close-to-names')
}

function isCommon(folded: string): boolean {
  const bare = folded.replace(/[\d!?.#*-]{1,4}$/, '')
  const isOneCharacter = new Set(folded).size === 1
  return isOneCharacter || commonPasswords.has(folded) || commonPasswords.has(bare)
}

function refusal(reason: string): AppError {
  return new AppError('INPUT_INVALID', 'This password is too easy to guess or not allowed here.', {
    details: { paths: ['newPassword'], reason },
  })
}
