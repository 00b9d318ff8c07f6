import { randomInt } from 'node:crypto'
import { randomFrom } from '../accounts/random-words.ts'
import type { ChallengeId } from '../../shared/model/ids.ts'
import { operationSchema } from '../../shared/model/sign-in.ts'
import type { Channel, PasscodeMessage } from '../senders/messages.ts'
import type { ServerKey } from '../server-key.ts'
import type { TransactionRow } from '../store/tables.ts'
import { contentOf } from '../texts/content.ts'
import type { Texts } from '../texts/texts.ts'
import type { OpenChallenge } from './state.ts'

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Four letters that message and screen share, so that a person sees which belongs to which (seed 0). */
export function newPrefix(): string {
  return randomFrom(capitals, 4)
}

export function newPasscode(digits: number): string {
  return Array.from({ length: digits }, () => String(randomInt(10))).join('')
}

/**
 * To sign in, the message as the seed has it; else with the operation in its place: whoever is talked into passing a
 * code on reads here what it would permit. Signed with the server's name. Who reads it out over the phone spells its
 * letters and digits (server/senders/spoken.ts).
 */
export function passcodeMessage(
  texts: Texts,
  to: { readonly channel: Channel; readonly address: string },
  code: { readonly prefix: string; readonly passcode: string },
  about: Pick<TransactionRow, 'purpose' | 'operation'> & Pick<OpenChallenge, 'use'>,
  names: { readonly login: string; readonly server: string },
): PasscodeMessage {
  const { prefix, passcode } = code
  const { channel, address } = to
  const { login, server } = names
  const purpose = purposeOf(about, channel)
  const content = contentOf(texts, channel, ({ text }, shown) =>
    text('passcode.text', {
      code: `${prefix}-${passcode}`,
      name: shown(login),
      purpose: text(`purpose.${purpose}`),
      server: shown(server),
    }),
  )
  const subject = channel === 'email' ? { subject: texts.text('passcode.subject', { server }) } : {}
  return { channel, to: address, passcode, ...content, ...subject }
}

function purposeOf(
  { operation, purpose, use }: Pick<TransactionRow, 'purpose' | 'operation'> & Pick<OpenChallenge, 'use'>,
  channel: Channel,
) {
  if (use !== 'factor') return use
  switch (purpose) {
    case 'sign-in':
    case 'password-reset':
      return purpose
    case 'enrol':
      return channel === 'email' ? 'register-address' : 'register-phone'
    case 'step-up':
      if (operation === null) throw new Error('A step-up without an operation.')
      return operationSchema.parse(JSON.parse(operation)).kind
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
