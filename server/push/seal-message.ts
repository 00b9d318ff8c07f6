import { createCipheriv, createECDH, createHmac, randomBytes, type ECDH } from 'node:crypto'
import type { PushSubscription } from '../../shared/model/push.ts'

const recordSize = 4096

/**
 * Encrypts a short message for one browser, in the one record of RFC 8188 that RFC 8291 wants. The push service
 * that carries it reads nothing.
 *
 * @param fixed salt and sender's key of the RFC's example; random otherwise
 */
export function sealMessage(
  plain: string,
  { auth, p256dh }: Pick<PushSubscription, 'auth' | 'p256dh'>,
  fixed?: { readonly salt: Buffer; readonly sender: ECDH },
): Buffer {
  const salt = fixed?.salt ?? randomBytes(16)
  const sender = fixed?.sender ?? newSender()
  const receiver = Buffer.from(p256dh, 'base64url')
  const senderPublic = sender.getPublicKey()
  const shared = sender.computeSecret(receiver)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, senderPublic])
  const secret = expand(hmac(Buffer.from(auth, 'base64url'), shared), info, 32)
  const pseudoRandom = hmac(salt, secret)
  const key = expand(pseudoRandom, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = expand(pseudoRandom, Buffer.from('Content-Encoding: nonce\0'), 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  // 2 ends the last record (RFC 8188 2.1).
  const padded = Buffer.concat([Buffer.from(plain), Buffer.from([2])])
  const body = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(recordSize)
  head.writeUInt8(senderPublic.length, 4)
  return Buffer.concat([salt, head, senderPublic, body])
}

function newSender(): ECDH {
  const sender = createECDH('prime256v1')
  sender.generateKeys()
  return sender
}

/** One block of HKDF-Expand (RFC 5869 2.3): nothing here is longer. */
function expand(key: Buffer, info: Buffer, length: number): Buffer {
  return hmac(key, Buffer.concat([info, Buffer.from([1])])).subarray(0, length)
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
