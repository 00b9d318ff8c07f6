import { createHash, createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { phonePublicKeySchema } from '../../shared/model/push.ts'
import type { FactorId, UserId } from '../../shared/model/ids.ts'
import type { FactorRow } from '../store/tables.ts'

/** What is stored of a paired phone in `factors.credential`; `credentialId` is the key's id. */
const phoneKeySchema = z.object({ publicKey: phonePublicKeySchema })

export function phoneKeyId(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')
}

export function publicKeyOf({ credential }: Pick<FactorRow, 'credential'>): string {
  return phoneKeySchema.parse(JSON.parse(credential ?? '{}')).publicKey
}

export function credentialFor(publicKey: string): string {
  return JSON.stringify({ publicKey } satisfies z.infer<typeof phoneKeySchema>)
}

/** Whether the phone with this key signed exactly this text. A key that is no point of the curve signed nothing. */
export function isSignedByPhone(publicKey: string, text: string, signature: string): boolean {
  const point = Buffer.from(publicKey, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33, 65).toString('base64url'),
  }
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const signed = Buffer.from(signature, 'base64url')
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signed)
  } catch {
    return false
  }
}

/** What a subscription is sealed to: its address alone lets anybody send to that phone. */
export function subscriptionContext(userId: UserId, factorId: FactorId): string {
  return `push-subscription:${userId}:${factorId}`
}
