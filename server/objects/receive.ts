import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AppError } from '../../shared/errors.ts'
import type { ExpectedObject } from './object-store.ts'

/** Takes a batch of bytes and calls back when it can take the next one. One batch at a time. */
export type Sink = (chunks: readonly Uint8Array[], done: (error: Error | null) => void) => void

/** Few large writes instead of many small ones: each costs a trip through the thread pool. */
const batchBytes = 1024 * 1024

/**
 * Streams a body into a sink and checks its length and hash on the way. Works with callbacks, because a
 * promise for each 64 KiB costs more than its hash.
 *
 * @throws AppError INPUT_INVALID, CANCELLED (see ObjectStore.put); what the sink reports, as it is
 */
export function receive(
  body: Readable,
  expected: ExpectedObject,
  sink: Sink,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const hash = expected.sha256 === null ? null : createHash('sha256')
    let pending: Uint8Array[] = []
    let pendingBytes = 0
    let receivedBytes = 0
    let isWriting = false
    let hasEnded = false
    let isSettled = false

    const settle = (error: Error | null): void => {
      if (isSettled) return
      isSettled = true
      body.off('data', onData).off('end', onEnd).off('close', onBroken)
      signal?.removeEventListener('abort', onAbort)
      // The sink still owns its buffers while a write is under way; whoever closes the file waits for it.
      if (error === null) resolve()
      else if (isWriting) failure = error
      else reject(error)
    }
    let failure: Error | null = null

    const flush = (): void => {
      const batch = pending
      pending = []
      pendingBytes = 0
      isWriting = true
      sink(batch, (error) => {
        isWriting = false
        if (failure !== null) reject(failure)
        else if (error !== null) settle(error)
        else if (!isSettled) step()
      })
    }
    const step = (): void => {
      if (isWriting) return
      if (pendingBytes >= batchBytes || (hasEnded && pendingBytes > 0)) flush()
      else if (hasEnded) settle(verdict(receivedBytes, hash?.digest('hex') ?? null, expected))
      if (pendingBytes < batchBytes && !hasEnded) body.resume()
    }
    const onData = (chunk: Uint8Array): void => {
      receivedBytes += chunk.length
      if (receivedBytes > expected.sizeBytes) {
        settle(sizeError())
        return
      }
      hash?.update(chunk)
      pending.push(chunk)
      pendingBytes += chunk.length
      if (pendingBytes < batchBytes) return
      if (isWriting) body.pause()
      else flush()
    }
    const onEnd = (): void => {
      hasEnded = true
      step()
    }
    const onBroken = (): void => {
      if (!hasEnded) settle(new AppError('CANCELLED', 'The body broke off.', { cause: body.errored }))
    }
    const onAbort = (): void => {
      settle(new AppError('CANCELLED', 'The transfer was stopped.', { cause: signal?.reason }))
    }

    if (signal?.aborted === true) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort)
    // Stays: an error after the end of our interest must not become an uncaught one. `close` follows it.
    body.on('error', () => undefined)
    if (body.destroyed && !body.readableEnded) onBroken()
    else body.on('data', onData).on('end', onEnd).on('close', onBroken)
  })
}

function verdict(receivedBytes: number, sha256: string | null, expected: ExpectedObject): AppError | null {
  if (receivedBytes !== expected.sizeBytes) return sizeError()
  if (sha256 === expected.sha256) return null
  return new AppError('INPUT_INVALID', 'The bytes do not have the hash that names them.', {
    details: { paths: ['body'], reason: 'hash' },
  })
}

function sizeError(): AppError {
  return new AppError('INPUT_INVALID', 'The body has another length than announced.', {
    details: { paths: ['body'], reason: 'size' },
  })
}

/** Checks a body without keeping it. */
export function check(body: Readable, expected: ExpectedObject, signal?: AbortSignal): Promise<void> {
  return receive(
    body,
    expected,
    (_chunks, done) => {
      done(null)
    },
    signal,
  )
}
