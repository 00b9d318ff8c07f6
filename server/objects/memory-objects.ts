import { Readable } from 'node:stream'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { ObjectStore } from './object-store.ts'
import { receive } from './receive.ts'

type Failing = 'put' | 'open' | 'size' | 'list' | 'remove'

export interface MemoryObjects extends ObjectStore {
  /** The next call of that kind fails so; a put fails after its body was read. */
  failNext(call: Failing, code: ErrorCode): void
  /** Changes a stored byte, as a bad disk does. */
  rot(key: string): void
}

/** A fake for tests that obeys the contract suite. */
export function memoryObjects(): MemoryObjects {
  const objects = new Map<string, Buffer>()
  const failures = new Map<Failing, ErrorCode>()
  const failIfAsked = (call: Failing): void => {
    const code = failures.get(call)
    failures.delete(call)
    if (code !== undefined) throw new AppError(code, `Asked to fail at ${call}.`)
  }
  return {
    async put(key, body, expected, signal) {
      const parts: Uint8Array[] = []
      await receive(
        body,
        expected,
        (chunks, done) => {
          parts.push(...chunks)
          done(null)
        },
        signal,
      )
      failIfAsked('put')
      if (objects.has(key)) return 'exists'
      objects.set(key, Buffer.concat(parts))
      return 'stored'
    },
    open(key, range) {
      return settled(() => {
        failIfAsked('open')
        const bytes = objects.get(key)
        if (bytes === undefined) return { kind: 'missing' }
        const part = range === undefined ? bytes : bytes.subarray(range.first, range.last + 1)
        return { kind: 'found', sizeBytes: bytes.length, body: Readable.from(part.length > 0 ? [part] : []) }
      })
    },
    size: (key) =>
      settled(() => {
        failIfAsked('size')
        return objects.get(key)?.length ?? null
      }),
    async *list(prefix) {
      await Promise.resolve()
      failIfAsked('list')
      for (const [key, bytes] of objects) {
        if (key.startsWith(prefix)) yield { key, sizeBytes: bytes.length }
      }
    },
    remove: (key) =>
      settled(() => {
        failIfAsked('remove')
        objects.delete(key)
      }),
    freeBytes: () => Promise.resolve(null),
    failNext: (call, code) => failures.set(call, code),
    rot(key) {
      const bytes = objects.get(key)
      if (bytes === undefined) throw new Error('No such object.')
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(0) ^ 1, 0)
      objects.set(key, changed)
    },
  }
}

/** A synchronous answer as a promise; a throw becomes a rejection. */
function settled<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work())
  })
}
