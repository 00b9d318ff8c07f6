import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { z } from 'zod'
import type { PasskeyAnswer } from '../../shared/passkey-routes.ts'

/** What of the options a browser and an authenticator act on. */
const creationSchema = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
  excludeCredentials: z.array(z.object({ id: z.string() })).default([]),
  attestation: z.string().default('none'),
  authenticatorSelection: z.object({ userVerification: z.string() }),
})
const requestSchema = z.object({
  challenge: z.string(),
  rpId: z.string(),
  userVerification: z.string(),
  allowCredentials: z.array(z.object({ id: z.string() })),
})
export const readCreation = (options: unknown) => creationSchema.parse(options)
export const readRequest = (options: unknown) => requestSchema.parse(options)

/** How an answer differs from an honest browser's and authenticator's. */
export interface Oddities {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly isVerified?: boolean
  readonly isPresent?: boolean
  /** The signature counter; without it the next one. */
  readonly counter?: number
  readonly isSigned?: boolean
  readonly isFramed?: boolean
  readonly attestation?: { readonly fmt: string; readonly attStmt: Map<string, unknown> }
}

const flag = { present: 0x01, verified: 0x04, credential: 0x40 }

/** A browser with one authenticator in it that does what it is told, also what no real one would do. */
export function softAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  let counter = 0

  const clientData = (type: string, challenge: string, odd: Oddities): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: odd.type ?? type,
        challenge: odd.challenge ?? challenge,
        origin: odd.origin ?? origin,
        crossOrigin: odd.isFramed ?? false,
        ...(odd.isFramed === true ? { topOrigin: 'https://frame.example' } : {}),
      }),
    )
  const head = (rpId: string, flags: number, odd: Oddities): Buffer => {
    counter = odd.counter ?? counter + 1
    const bytes = Buffer.alloc(37)
    createHash('sha256')
      .update(odd.rpId ?? rpId)
      .digest()
      .copy(bytes)
    const asserted =
      (odd.isPresent === false ? 0 : flag.present) | (odd.isVerified === false ? 0 : flag.verified) | flags
    bytes.writeUInt8(asserted, 32)
    bytes.writeUInt32BE(counter, 33)
    return bytes
  }

  return {
    id,
    make(options: unknown, odd: Oddities = {}): PasskeyAnswer {
      const { challenge, rp } = readCreation(options)
      const jwk = publicKey.export({ format: 'jwk' })
      const cose = new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(jwk.x ?? '', 'base64url')],
        [-3, Buffer.from(jwk.y ?? '', 'base64url')],
      ])
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const authData = Buffer.concat([
        head(rp.id, flag.credential, odd),
        Buffer.alloc(16),
        length,
        credentialId,
        isoCBOR.encode(cose),
      ])
      const attestation = odd.attestation ?? { fmt: 'none', attStmt: new Map() }
      const object = new Map<string, unknown>([
        ['fmt', attestation.fmt],
        ['attStmt', attestation.attStmt],
        ['authData', new Uint8Array(authData)],
      ])
      return {
        kind: 'register',
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, odd).toString('base64url'),
          attestationObject: Buffer.from(isoCBOR.encode(object as never)).toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    use(options: unknown, odd: Oddities = {}): PasskeyAnswer {
      const { challenge, rpId } = readRequest(options)
      const data = clientData('webauthn.get', challenge, odd)
      const authenticatorData = head(rpId, 0, odd)
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(data).digest()])
      const signature = createSign('sha256').update(signed).sign(privateKey)
      if (odd.isSigned === false)
        signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1)
      return {
        kind: 'use',
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: signature.toString('base64url'),
        },
      }
    },
  }
}
export type SoftAuthenticator = ReturnType<typeof softAuthenticator>
