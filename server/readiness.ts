import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Clock } from '../shared/clock.ts'
import type { ReadinessCheck } from './http/health.ts'
import type { ObjectStore } from './objects/object-store.ts'
import type { Store } from './store/store.ts'

/** Anybody may ask whether the server is ready; asking often must not make it write often. */
const writeEveryMs = 5000

/** What the server cannot work without. */
export function readinessOf(parts: {
  readonly store: Store
  readonly objects: ObjectStore
  readonly clock: Clock
}): Readonly<Record<'store' | 'objects', ReadinessCheck>> {
  const { store, objects, clock } = parts
  let last: { readonly atMs: number; readonly result: Promise<void> } | undefined
  return {
    store: async () => {
      await store.db.selectFrom('groups').select('id').limit(1).execute()
    },
    objects: async () => {
      const nowMs = clock.nowMs()
      if (last === undefined || Math.abs(nowMs - last.atMs) >= writeEveryMs) {
        last = { atMs: nowMs, result: probeObjects(objects) }
      }
      await last.result
    },
  }
}

/** Stores, reads and removes a small object that is part of no repository. */
export async function probeObjects(objects: ObjectStore): Promise<void> {
  const bytes = randomBytes(32)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const key = `probe/${sha256}`
  await objects.put(key, Readable.from([bytes]), { sizeBytes: bytes.length, sha256 })
  try {
    if ((await objects.size(key)) !== bytes.length) throw new Error('What was stored is not there.')
  } finally {
    await objects.remove(key)
  }
}
