import { createHash, randomBytes } from 'node:crypto'
import { plainAlphabet, randomGroups } from '../accounts/random-words.ts'
import type { HashPool } from '../accounts/hash-pool.ts'
import type { ServerKey } from '../server-key.ts'
import type { UserId } from '../../shared/model/ids.ts'

export const backupCodeCount = 10
/** Characters without the dash: 49 bits. */
export const backupCodeLength = 10

/** New codes as they are shown once, and what is stored of them. */
export interface BackupCodeSet {
  readonly codes: readonly string[]
  readonly hashes: readonly string[]
}

/** What is stored: `<salt>.<hash>` in base64url. All codes of a set share the salt, so one hash checks all. */
export async function newBackupCodes(
  deps: { readonly hashes: HashPool; readonly serverKey: ServerKey },
  userId: UserId,
): Promise<BackupCodeSet> {
  const codes = new Set<string>()
  while (codes.size < backupCodeCount) codes.add(randomGroups(2, backupCodeLength / 2))
  const salt = randomBytes(16)
  const hashes = await deps.hashes.derive(
    [...codes].map((code) => backupCodeMac(deps.serverKey, userId, normalBackupCode(code))),
    salt,
  )
  return { codes: [...codes], hashes: hashes.map((hash) => `${salt.toString('base64url')}.${hash}`) }
}

/**
 * The stored form that a typed code would have, for comparing with all rows of its set. Without a set the
 * same work is done under a salt of its own, and the result equals nothing.
 */
export async function backupCodeHash(
  deps: { readonly hashes: HashPool; readonly serverKey: ServerKey },
  userId: UserId,
  typed: string,
  storedHash: string | null,
): Promise<string> {
  const [saltText] = (storedHash ?? createHash('sha256').update(userId).digest('base64url')).split('.')
  const salt = Buffer.from(saltText ?? '', 'base64url').subarray(0, 16)
  const [hash] = await deps.hashes.derive(
    [backupCodeMac(deps.serverKey, userId, normalBackupCode(typed))],
    salt,
  )
  return `${salt.toString('base64url')}.${hash ?? ''}`
}

/** As typed from paper: case, spaces and dashes don't matter. */
export function normalBackupCode(typed: string): string {
  return typed.normalize('NFKC').toLowerCase().replaceAll(/[\s-]/gu, '')
}

export function looksLikeBackupCode(typed: string): boolean {
  const code = normalBackupCode(typed)
  return (
    code.length === backupCodeLength && Array.from(code).every((letter) => plainAlphabet.includes(letter))
  )
}

/** The server's key goes in first: without it the codes of a stolen database cannot be tried. */
function backupCodeMac(serverKey: ServerKey, userId: UserId, code: string): string {
  return serverKey.mac('backup-code', `${userId}:${code}`)
}
