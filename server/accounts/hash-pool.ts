import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, hashRaw, verify } from '@node-rs/argon2'
import { AppError } from '../../shared/errors.ts'
import type { ServerConfig } from '../config.ts'

/**
 * argon2id, a bounded number at once. Beyond the bound the server says "busy" instead of queueing: a queue
 * would let anybody who sends passwords make everybody wait (ARCHITECTURE §4).
 *
 * Every method throws AppError SERVER_BUSY with details `retryAfterSeconds`.
 */
export interface HashPool {
  /** In PHC format, with a random salt. */
  hash(password: string): Promise<string>
  /** Without a stored hash the same work is done against one that no password has; the answer is false. */
  verify(storedHash: string | null, password: string): Promise<boolean>
  /** Hashes of several values under one salt, in base64url and in their order; one place in the pool. */
  derive(values: readonly string[], salt: Buffer): Promise<string[]>
}

/** A rough time for one hash (platform notes: 21 ms); only for telling when to come back. */
const hashMs = 25

export function createHashPool(settings: ServerConfig['argon2']): HashPool {
  const cost = { memoryCost: settings.memoryKib, timeCost: settings.passes, parallelism: 1 }
  const concurrency = settings.concurrency === 0 ? availableParallelism() : settings.concurrency
  const neverRight = hashNobodyHas(cost)
  const waiting: (() => void)[] = []
  let running = 0

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) {
      if (waiting.length >= settings.maxWaiting) {
        const retryAfterSeconds = Math.ceil((waiting.length * hashMs) / concurrency / 1000)
        throw new AppError('SERVER_BUSY', 'Too many people are signing in right now.', {
          details: { retryAfterSeconds },
        })
      }
      // Whoever finishes hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return {
    hash: (password) => run(() => hash(password, cost)),
    verify: (storedHash, password) => run(() => verify(storedHash ?? neverRight, password)),
    derive: (values, salt) =>
      run(async () => {
        const hashes: string[] = []
        for (const value of values)
          hashes.push((await hashRaw(value, { ...cost, salt })).toString('base64url'))
        return hashes
      }),
  }
}

/** Random bytes in PHC format: checking against them costs what checking against a real hash costs. */
function hashNobodyHas(cost: { memoryCost: number; timeCost: number }): string {
  const part = (size: number): string => randomBytes(size).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=1$${part(16)}$${part(32)}`
}
