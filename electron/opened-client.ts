import type { OpenedClient, OwnerClient } from '../core/attach/open.ts'
import type { ClientApi } from '../shared/client-api.ts'

export function isOwner(client: OpenedClient | OwnerClient): client is OwnerClient {
  return client.isOwner
}

/**
 * The client before it is open, so that the window need not wait for it: requests wait, and who listens is heard
 * from the first event on. When it cannot be opened, requests fail for the reason that opening gave.
 */
export function apiOnceOpen(opening: Promise<ClientApi>): ClientApi {
  return {
    request: async (name, input) => (await opening).request(name, input),
    on: (name, listener) => {
      let stop: (() => void) | undefined
      let isStopped = false
      opening.then(
        (api) => {
          if (!isStopped) stop = api.on(name, listener)
        },
        // Whoever opens it says so.
        () => undefined,
      )
      return () => {
        isStopped = true
        stop?.()
      }
    },
  }
}
