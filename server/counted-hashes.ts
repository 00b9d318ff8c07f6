import type { HashPool } from './accounts/hash-pool.ts'

/** A pool that can say how many hashes run or wait for their turn. */
export function countedHashes(pool: HashPool): HashPool & { readonly inFlight: () => number } {
  let count = 0
  async function counted<T>(work: Promise<T>): Promise<T> {
    count += 1
    try {
      return await work
    } finally {
      count -= 1
    }
  }
  return {
    hash: (password) => counted(pool.hash(password)),
    verify: (storedHash, password) => counted(pool.verify(storedHash, password)),
    derive: (values, salt) => counted(pool.derive(values, salt)),
    inFlight: () => count,
  }
}
