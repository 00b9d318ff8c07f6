import type { ChallengeId, PhoneRequestId } from './model/ids.ts'
import type { Operation } from './model/sign-in.ts'

/** What a person reads on the phone before agreeing, as far as the signature is over it. */
export interface PhoneSubject {
  readonly loginName: string
  readonly purpose: string
  readonly operation: Operation | null
}

interface Request {
  readonly origin: string
  readonly requestId: PhoneRequestId
  readonly challengeId: ChallengeId
  readonly subject: PhoneSubject
}

/**
 * The exact texts that a paired phone signs (ECDSA, P-256, SHA-256), in UTF-8. Each names its purpose and the
 * server, so that a signature made for one cannot be used for another. The authenticator's page, whose script
 * stands alone, builds the same (server/push/page/run-page.ts).
 */
export const phoneProof = {
  /** Proves possession of the private half of a new key. */
  pair: (input: { origin: string; token: string; publicKey: string }): string =>
    ['holdfast-phone-pair-v1', input.origin, input.token, input.publicKey].join('\n'),
  /** Reads the requests that wait for this phone. */
  look: (input: { origin: string; keyId: string; nonce: string }): string =>
    ['holdfast-phone-look-v1', input.origin, input.keyId, input.nonce].join('\n'),
  /** `subscription` as JSON; empty = no more notifications. */
  subscribe: (input: { origin: string; keyId: string; nonce: string; subscription: string }): string =>
    ['holdfast-phone-subscribe-v1', input.origin, input.keyId, input.nonce, input.subscription].join('\n'),
  /** Takes the phone off the account. */
  unpair: (input: { origin: string; keyId: string; nonce: string }): string =>
    ['holdfast-phone-unpair-v1', input.origin, input.keyId, input.nonce].join('\n'),
  approve: (input: Request & { number: string }): string =>
    ['holdfast-phone-approve-v1', ...requestLines(input), input.number].join('\n'),
  deny: (input: Request): string => ['holdfast-phone-deny-v1', ...requestLines(input)].join('\n'),
} as const

function requestLines({ origin, requestId, challengeId, subject }: Request): readonly string[] {
  const about = JSON.stringify([subject.loginName, subject.purpose, subject.operation])
  return [origin, requestId, challengeId, about]
}
