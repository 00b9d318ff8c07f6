import { randomBytes } from 'node:crypto'
import { fsync, writev } from 'node:fs'
import { link, mkdir, open, opendir, rm, stat, statfs, unlink } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { AppError } from '../../shared/errors.ts'
import type { ObjectKey, ObjectStore, StoredObject } from './object-store.ts'
import { receive } from './receive.ts'

const fsyncFile = promisify(fsync)

/** Not a possible first part of a key. */
const incomingFolder = '.incoming'
/** Reading in 1 MiB pieces is as fast as the disk; 64 KiB are not. */
const readBufferBytes = 1024 * 1024
const keyForm = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/

/**
 * Objects as files below a folder, readable by the server's own account only. A key is the path, so that
 * one repository's folder is a repository that stock restic can open in an emergency.
 *
 * Bytes go to a file in `.incoming` on the same file system, are synced, and get their name by `link`,
 * which fails where the name is taken and never replaces (rename would); then the folder is synced. A
 * crash leaves nothing but files in `.incoming`, which opening sweeps. One process owns the folder.
 *
 * @param use `beside`: for a command next to a running server, whose unfinished uploads stay
 */
export async function openLocalObjects(
  root: string,
  use: 'owner' | 'beside' = 'owner',
): Promise<ObjectStore> {
  const incoming = join(root, incomingFolder)
  if (use === 'owner') await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  const makeFolder = folderMaker(root)

  const pathOf = (key: ObjectKey): string => {
    if (!keyForm.test(key)) throw new Error('Not a key of an object.')
    return join(root, ...key.split('/'))
  }

  return {
    async put(key, body, expected, signal) {
      const target = pathOf(key)
      const temporary = join(incoming, randomBytes(12).toString('hex'))
      try {
        const file = await open(temporary, 'wx', 0o600)
        try {
          await receive(body, expected, writerTo(file.fd), signal)
          await fsyncFile(file.fd)
        } finally {
          await file.close()
        }
        const folder = dirname(target)
        await makeFolder(folder)
        try {
          await link(temporary, target)
        } catch (error) {
          if (isCode(error, 'EEXIST')) return 'exists'
          throw error
        }
        await syncFolder(folder)
        return 'stored'
      } catch (error) {
        if (isCode(error, 'ENOSPC', 'EDQUOT'))
          throw new AppError('DISK_FULL', 'The disk of the server is full.', { cause: error })
        throw error
      } finally {
        await unlinkIfThere(temporary)
      }
    },

    async open(key, range) {
      const file = await openIfThere(pathOf(key))
      if (file === null) return { kind: 'missing' }
      const { size } = await file.stat()
      // `end: -1` would be refused; an empty object has no range to read.
      if (size === 0) {
        await file.close()
        return { kind: 'found', sizeBytes: 0, body: Readable.from([]) }
      }
      const body = file.createReadStream({
        start: range?.first ?? 0,
        end: range?.last ?? size - 1,
        highWaterMark: readBufferBytes,
      })
      return { kind: 'found', sizeBytes: size, body }
    },

    async size(key) {
      try {
        return (await stat(pathOf(key))).size
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null
        throw error
      }
    },

    list: (prefix) => listFolder(pathOf(prefix.replace(/\/$/, '')), prefix),

    async remove(key) {
      const path = pathOf(key)
      if (await unlinkIfThere(path)) await syncFolder(dirname(path))
    },

    async freeBytes() {
      const { bavail, bsize } = await statfs(root)
      return bavail * bsize
    },
  }
}

/** Writes batches one after the other at the end of a file; goes on after a short write. */
function writerTo(fd: number) {
  const write = (chunks: readonly Uint8Array[], done: (error: Error | null) => void): void => {
    const totalBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    writev(fd, chunks, (error, writtenBytes) => {
      if (error !== null || writtenBytes === totalBytes) done(error)
      // A disk that has just filled up writes a part; the next try says why.
      else write([Buffer.concat(chunks).subarray(writtenBytes)], done)
    })
  }
  return write
}

/** Makes folders durable: each new one is recorded in its parent, and parents are synced too. */
function folderMaker(root: string): (folder: string) => Promise<void> {
  const known = new Set([root])
  const make = async (folder: string): Promise<void> => {
    if (known.has(folder)) return
    const parent = dirname(folder)
    await make(parent)
    try {
      await mkdir(folder, { mode: 0o700 })
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
    await syncFolder(parent)
    known.add(folder)
  }
  return make
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for syncing; NTFS journals its entries.
  if (sep === '\\') return
  const handle = await open(folder, 'r')
  try {
    await fsyncFile(handle.fd)
  } finally {
    await handle.close()
  }
}

async function* listFolder(path: string, prefix: string): AsyncGenerator<StoredObject> {
  let folder
  try {
    folder = await opendir(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  for await (const entry of folder) {
    if (entry.isDirectory()) {
      yield* listFolder(join(path, entry.name), `${prefix}${entry.name}/`)
      continue
    }
    try {
      yield { key: `${prefix}${entry.name}`, sizeBytes: (await stat(join(path, entry.name))).size }
    } catch (error) {
      // Removed while we listed.
      if (!isCode(error, 'ENOENT')) throw error
    }
  }
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false
    throw error
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
