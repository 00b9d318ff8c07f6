import { randomInt } from 'node:crypto'
import { randomFrom } from '../accounts/random-words.ts'
import type { ChallengeId } from '../../shared/model/ids.ts'
import { operationSchema, type Operation } from '../../shared/model/sign-in.ts'
import type { Channel, PasscodeMessage } from '../senders/messages.ts'
import type { ServerKey } from '../server-key.ts'
import type { TransactionRow } from '../store/tables.ts'
import type { OpenChallenge } from './state.ts'

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Four letters that message and screen share, so that a person sees which belongs to which (seed 0). */
export function newPrefix(): string {
  return randomFrom(capitals, 4)
}

export function newPasscode(digits: number): string {
  return Array.from({ length: digits }, () => String(randomInt(10))).join('')
}

/** What a passcode is for: whoever is talked into passing one on reads here what it would permit. */
const operationWords: Record<Operation['kind'], string> = {
  restore: 'to restore backups',
  'shorten-retention': 'to shorten retention',
  'delete-set': 'to delete a backup set',
  'resume-brake': 'to resume deletions',
  'change-factors': 'to change second factors',
  'change-password': 'to change the password',
  'opt-out': 'to switch the second factor off',
  'revoke-device': 'to revoke a computer',
  'change-settings': 'to change settings',
  'export-key': 'to show the recovery key',
  'reset-factors': 'to reset the second factors of a user',
  'add-phone': 'to enter a phone for a user',
  'suspend-users': 'to suspend users',
  'make-system-user': 'to make an administrator',
  'change-role': 'to change the role of an administrator',
  'make-token': 'to make an API token',
  'change-mode': 'to change how everybody signs in',
  'change-sender': 'to change who sends passcodes',
  'remove-sender': 'to remove a sender of passcodes',
  approve: 'to approve what another administrator asked for',
  'request-approval': 'to ask another administrator for an approval',
}

const useWords = {
  recovery: 'to replace all second factors',
  'recovery-phone': 'to register this recovery phone',
  email: 'to make this the mail address of the account',
} as const

/**
 * To sign in, the message as the seed has it; else with the operation in its place. Signed with the server's
 * name. Who reads it out over the phone spells its letters and digits (server/senders/spoken.ts).
 */
export function passcodeMessage(
  to: { readonly channel: Channel; readonly address: string },
  code: { readonly prefix: string; readonly passcode: string },
  about: Pick<TransactionRow, 'purpose' | 'operation'> & Pick<OpenChallenge, 'use'>,
  loginName: string,
  serverName: string,
): PasscodeMessage {
  const { prefix, passcode } = code
  const { channel, address } = to
  const purpose = about.use === 'factor' ? purposeWords(about, channel) : useWords[about.use]
  const text = `${prefix}-${passcode} is the verification code for user "${loginName}" ${purpose}\n${serverName}`
  const subject = channel === 'email' ? { subject: `${serverName}: verification code` } : {}
  return { channel, to: address, passcode, text, ...subject }
}

function purposeWords(
  { purpose, operation }: Pick<TransactionRow, 'purpose' | 'operation'>,
  channel: Channel,
): string {
  switch (purpose) {
    case 'sign-in':
      return 'login'
    case 'password-reset':
      return 'to replace the password'
    case 'enrol':
      return channel === 'email' ? 'to register this address' : 'to register this phone'
    case 'step-up':
      if (operation === null) throw new Error('A step-up without an operation.')
      return operationWords[operationSchema.parse(JSON.parse(operation)).kind]
  }
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
