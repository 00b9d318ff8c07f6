import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

/** A new Ed25519 key pair (RFC 8032). The private half is PKCS #8 in base64url, as the secret store keeps it. */
export function newDeviceKey(): { privateKey: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
  return { privateKey: pkcs8, publicKey: publicKeyOf(pkcs8) }
}

/** The raw 32 bytes in base64url, as a JSON Web Key's `x` (RFC 8037 2). */
export function publicKeyOf(privateKey: string): string {
  const { x } = createPublicKey(keyOf(privateKey)).export({ format: 'jwk' })
  if (x === undefined) throw new Error('The device key is no Ed25519 key.')
  return x
}

/** Signature over the UTF-8 text, 64 bytes in base64url. */
export function signText(privateKey: string, text: string): string {
  return sign(null, Buffer.from(text), keyOf(privateKey)).toString('base64url')
}

function keyOf(privateKey: string) {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
}
