import { randomInt } from 'node:crypto'
import { randomFrom } from '../accounts/random-words.ts'
import type { ChallengeId } from '../../shared/model/ids.ts'
import type { ServerKey } from '../server-key.ts'

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Four letters that message and screen share, so that a person sees which belongs to which (seed 0). */
export function newPrefix(): string {
  return randomFrom(capitals, 4)
}

export function newPasscode(digits: number): string {
  return Array.from({ length: digits }, () => String(randomInt(10))).join('')
}

/** The message as the seed has it, signed with the server's name. */
export function passcodeText(
  prefix: string,
  passcode: string,
  loginName: string,
  serverName: string,
): string {
  return `${prefix}-${passcode} is the verification code for user "${loginName}" login\n${serverName}`
}

/** What is stored of a passcode: without the server's key it cannot be tried, and it fits no other challenge. */
export function passcodeMac(serverKey: ServerKey, challengeId: ChallengeId, passcode: string): string {
  return serverKey.mac('passcode', `${challengeId}:${passcode}`)
}

/**
 * The digits that somebody typed, or null when they cannot be this challenge's code. The letters need not be
 * typed; where they are, they must be this challenge's, because others belong to somebody else's message.
 */
export function digitsOf(typed: string, prefix: string | null): string | null {
  const bare = typed.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/gu, '')
  const match = /^([A-Z]{4})?(\d+)$/.exec(bare)
  if (match === null) return null
  const letters = match[1]
  return letters !== undefined && letters !== prefix ? null : (match[2] ?? null)
}
