import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers'
import type { PasskeyAnswer } from '../../shared/passkey-routes.ts'
import type { ServerKey } from '../server-key.ts'
import type { FactorRow, UserRow } from '../store/tables.ts'
import { credentialOf, type Credential } from './credential.ts'
import type { RelyingParty } from './relying-party.ts'

/** EdDSA, ES256, RS256 (COSE): what authenticators have, and no platform calls experimental. */
const algorithms = [-8, -7, -257]
/** How long a browser waits for the person. */
const timeoutMs = 120_000

/** What a passkey's answer comes to. `why` is for the audit log; a person is told only that it was not accepted. */
export type Verified<T> =
  { readonly kind: 'right'; readonly value: T } | { readonly kind: 'wrong'; readonly why: string }

export interface MadePasskey {
  readonly credentialId: string
  readonly credential: Credential
}

/** What a browser needs to make a passkey: with the person verified, and no attestation, which tells makes apart. */
export async function registrationOptions(
  party: RelyingParty,
  serverKey: ServerKey,
  user: Pick<UserRow, 'id' | 'loginName' | 'displayName'>,
  existing: readonly FactorRow[],
  challenge: string,
): Promise<object> {
  return await generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userName: user.loginName,
    userDisplayName: user.displayName === '' ? user.loginName : user.displayName,
    // The same for all passkeys of one account, and nothing that names it (WebAuthn 14.6.1).
    userID: isoBase64URL.toBuffer(serverKey.mac('passkey user', user.id)),
    challenge: isoBase64URL.toBuffer(challenge),
    timeout: timeoutMs,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    excludeCredentials: existing.map(descriptorOf),
    supportedAlgorithmIDs: algorithms,
  })
}

export async function authenticationOptions(
  party: RelyingParty,
  registered: readonly FactorRow[],
  challenge: string,
): Promise<object> {
  return await generateAuthenticationOptions({
    rpID: party.id,
    challenge: isoBase64URL.toBuffer(challenge),
    timeout: timeoutMs,
    userVerification: 'required',
    allowCredentials: registered.map(descriptorOf),
  })
}

export async function verifyRegistration(
  party: RelyingParty,
  challenge: string,
  answer: Extract<PasskeyAnswer, { kind: 'register' }>,
): Promise<Verified<MadePasskey>> {
  return await withReason(async () => {
    // Checking a certificate chain fetches addresses that stand in the certificates, which the caller made.
    const { attestationObject, clientDataJSON, transports } = answer.response
    const attestation = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject))
    const format = attestation.get('fmt')
    const isSelfMade = format === 'packed' && attestation.get('attStmt').get('x5c') === undefined
    if (format !== 'none' && !isSelfMade) throw new Error('Unexpected attestation.')
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...publicKeyOf(answer),
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    if (!verified) throw new Error('The attestation does not hold.')
    const { credential, credentialBackedUp, credentialDeviceType } = registrationInfo
    return {
      credentialId: credential.id,
      credential: {
        rpId: party.id,
        publicKey: isoBase64URL.fromBuffer(credential.publicKey),
        counter: credential.counter,
        transports: transports ?? [],
        isSynced: credentialDeviceType === 'multiDevice',
        isBackedUp: credentialBackedUp,
      },
    }
  })
}

/** The signature counter as the passkey gives it; whether it may be believed is decided where it is stored. */
export async function verifyAuthentication(
  party: RelyingParty,
  challenge: string,
  factor: FactorRow,
  answer: Extract<PasskeyAnswer, { kind: 'use' }>,
): Promise<Verified<{ readonly counter: number; readonly isBackedUp: boolean }>> {
  return await withReason(async () => {
    const { publicKey } = credentialOf(factor)
    const { clientDataJSON, authenticatorData, signature } = answer.response
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...publicKeyOf(answer), response: { clientDataJSON, authenticatorData, signature } },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      // The library looks at the counter before the signature: what anybody can write is no sign of a copy.
      credential: { id: factor.credentialId ?? '', publicKey: isoBase64URL.toBuffer(publicKey), counter: 0 },
    })
    if (!verified) throw new Error('The signature is not the passkey’s.')
    return { counter: authenticationInfo.newCounter, isBackedUp: authenticationInfo.credentialBackedUp }
  })
}

/**
 * Whether a counter that a passkey signed shows that there are two of it (WebAuthn 6.1.1). Passkeys that are
 * synchronised do not count and always say 0.
 */
export function isCounterReused(stored: number, given: number): boolean {
  return (stored > 0 || given > 0) && given <= stored
}

function descriptorOf(factor: FactorRow): { id: string; transports: string[] } {
  return { id: factor.credentialId ?? '', transports: [...credentialOf(factor).transports] }
}

function publicKeyOf({ id, rawId, type }: PasskeyAnswer) {
  return { id, rawId, type, clientExtensionResults: {} }
}

/** Everything that the library finds wrong is thrown; so is what an attacker’s bytes make of its parsers. */
async function withReason<T>(work: () => Promise<T>): Promise<Verified<T>> {
  try {
    return { kind: 'right', value: await work() }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    return { kind: 'wrong', why: why.replaceAll(/\p{C}/gu, ' ').slice(0, 200) }
  }
}
