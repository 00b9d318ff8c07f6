import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/**
 * The secret that is not in the database: whoever steals the database alone can neither open what is
 * sealed nor try codes against their hashes (promise P4).
 */
export interface ServerKey {
  /** AES-256-GCM. `context` names the row; a value moved to another row does not open. */
  seal(plain: string, context: string): string
  /** @throws Error when the value was changed, moved or made with another key. */
  open(sealed: string, context: string): string
  /** HMAC-SHA-256 in base64url; `purpose` separates uses. For short codes that a bare hash would give away. */
  mac(purpose: string, value: string): string
}

export function serverKeyFrom(master: Buffer): ServerKey {
  if (master.length !== 32) throw new Error('A server key has 32 bytes.')
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, '', `holdfast ${purpose}`, 32))
  const sealKey = derive('seal v1')
  const macKey = derive('mac v1')
  return {
    seal(plain, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`
    },
    open(sealed, context) {
      if (!sealed.startsWith('v1.')) throw new Error('Unknown form of a sealed value.')
      const bytes = Buffer.from(sealed.slice(3), 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16))
      return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
    },
    mac: (purpose, value) => createHmac('sha256', macKey).update(`${purpose}\0${value}`).digest('base64url'),
  }
}

/** Reads the key file, or makes it (owner only) where there is none. A damaged one is never replaced. */
export function loadServerKey(file: string): ServerKey {
  try {
    const handle = openSync(file, 'wx', 0o600)
    try {
      writeSync(handle, `${randomBytes(32).toString('base64url')}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  chmodSync(file, 0o600)
  return serverKeyFrom(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url'))
}

/** 256 random bits in base64url: tokens and lease secrets. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The stored form of a token. A plain SHA-256 is enough for 256 random bits. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** A random id with its prefix, such as `newId('usr')` (shared/model/ids.ts). Branded by the caller's type. */
export function newId<T extends string>(prefix: string): T {
  return `${prefix}_${randomBytes(16).toString('base64url')}` as T
}
