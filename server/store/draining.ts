import type { Store } from './store.ts'

/**
 * A store that knows which transactions are under way, so that a stopping server can wait for those that no
 * request waits for (an audit entry of a refusal, a notice).
 */
export function withDrain(store: Store): { readonly store: Store; readonly drained: () => Promise<void> } {
  const running = new Set<Promise<unknown>>()
  return {
    store: {
      ...store,
      transact(locks, work) {
        const transaction = store.transact(locks, work)
        running.add(transaction)
        const end = (): void => {
          running.delete(transaction)
        }
        transaction.then(end, end)
        return transaction
      },
    },
    drained: async () => {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}
