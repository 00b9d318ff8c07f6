import type { Readable } from 'node:stream'

/** Keys are opaque: parts of `A–Z a–z 0–9 _ -` joined by `/`. They say nothing about where bytes are kept. */
export type ObjectKey = string

export interface ExpectedObject {
  /** Exact length. */
  readonly sizeBytes: number
  /** SHA-256 in lower-case hex that the bytes must have; null where the name is no hash (restic's `config`). */
  readonly sha256: string | null
}

export type PutResult =
  | 'stored'
  /** There was an object of that key already; it was left as it is. The given bytes were checked all the same. */
  | 'exists'

/** Bytes of an object; `first` and `last` are both included, as in RFC 9110 §14. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

export type OpenResult =
  | {
      readonly kind: 'found'
      /** Of the whole object, also when a range was asked for. */
      readonly sizeBytes: number
      /** The caller reads it to its end or destroys it. Its errors are the place's own, not AppErrors. */
      readonly body: Readable
    }
  | { readonly kind: 'missing' }

export interface StoredObject {
  readonly key: ObjectKey
  readonly sizeBytes: number
}

/**
 * Where the bytes of repositories are kept. Knows nothing about users, leases or trash.
 *
 * 1. An object appears whole, verified and durable, or not at all, also when the machine stops midway.
 * 2. An object never changes. Two puts of one key at once leave the bytes of one of them.
 */
export interface ObjectStore {
  /**
   * Reads `body` to its end, checks it and keeps it. After a failure the rest of `body` is unread, and
   * nothing of it stays.
   *
   * @throws AppError INPUT_INVALID (other length or hash than expected), DISK_FULL,
   *   CANCELLED (stopped by `signal`, or `body` broke off)
   */
  put(key: ObjectKey, body: Readable, expected: ExpectedObject, signal?: AbortSignal): Promise<PutResult>
  /** A range must lie within the object. */
  open(key: ObjectKey, range?: ByteRange): Promise<OpenResult>
  /** Length in bytes; null = there is no such object. */
  size(key: ObjectKey): Promise<number | null>
  /** All objects whose key starts with `prefix`, which ends in `/`. In no order; not a snapshot in time. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** Idempotent. */
  remove(key: ObjectKey): Promise<void>
  /** Bytes that can still be stored; null where the place cannot tell. */
  freeBytes(): Promise<number | null>
}
