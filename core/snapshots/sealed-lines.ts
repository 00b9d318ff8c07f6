import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { lineReader } from '../engine/line-reader.ts'

const ivBytes = 12
const tagBytes = 16

/**
 * The key of cached listings, made of the repository's key: names of files are as secret as the backup, and
 * a copied profile must not tell them (P2).
 */
export function listingKey(repositoryPassword: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', repositoryPassword, '', 'holdfast-listing-v1', 32))
}

/**
 * Writes lines into a file, compressed and sealed (AES-256-GCM: iv, ciphertext, tag). The file appears
 * whole or not at all.
 *
 * @param produce gives each line to its argument and resolves when it has given all
 */
export async function writeSealedLines<T>(
  path: string,
  key: Uint8Array,
  produce: (write: (line: string) => void) => Promise<T>,
): Promise<T> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const gzip = createGzip({ level: 1 })
  const file = createWriteStream(part, { mode: 0o600, flags: 'wx' })
  file.write(iv)
  try {
    const written = pipeline(gzip, cipher, file, { end: false })
    // Awaited below; a failure meanwhile must not count as unhandled.
    written.catch(() => gzip.destroy())
    const result = await produce((line) => void gzip.write(`${line}\n`))
    gzip.end()
    await written
    await new Promise<void>((resolve, reject) => {
      file.once('error', reject)
      file.end(cipher.getAuthTag(), resolve)
    })
    await rename(part, path)
    return result
  } catch (error) {
    gzip.destroy()
    file.destroy()
    await rm(part, { force: true })
    throw error
  }
}

/**
 * Reads such a file, some lines at a time.
 *
 * @throws when the file is damaged or was sealed with another key; lines given before that are not to be used
 */
export async function readSealedLines(
  path: string,
  key: Uint8Array,
  onLines: (lines: readonly string[]) => Promise<void> | void,
): Promise<void> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const iv = Buffer.alloc(ivBytes)
    const tag = Buffer.alloc(tagBytes)
    await file.read(iv, 0, ivBytes, 0)
    await file.read(tag, 0, tagBytes, Math.max(0, size - tagBytes))
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(tag)
    let batch: string[] = []
    const lines = lineReader((line) => batch.push(line))
    const hand = async (): Promise<void> => {
      const full = batch
      batch = []
      if (full.length > 0) await onLines(full)
    }
    await pipeline(
      createReadStream(path, { start: ivBytes, end: Math.max(ivBytes, size - tagBytes - 1) }),
      decipher,
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          lines.push(chunk)
          await hand()
        }
        lines.end()
        await hand()
      },
    )
  } finally {
    await file.close()
  }
}
