import type { RepositoryId } from '../../shared/model/ids.ts'

/**
 * Lets uploads of one repository's config happen one after the other. Config is the one object that no hash
 * names: two uploads at once could otherwise leave the row of one with the bytes of the other.
 */
export interface ConfigQueue {
  run(repositoryId: RepositoryId, work: () => Promise<void>): Promise<void>
}

export function configQueue(): ConfigQueue {
  const tails = new Map<RepositoryId, Promise<unknown>>()
  return {
    async run(repositoryId, work) {
      const mine = (tails.get(repositoryId) ?? Promise.resolve()).then(work)
      // The next one starts whatever became of this one, which its own caller hears about.
      const tail = mine.catch(() => undefined)
      tails.set(repositoryId, tail)
      try {
        await mine
      } finally {
        if (tails.get(repositoryId) === tail) tails.delete(repositoryId)
      }
    },
  }
}
