import type { ClientEvent, ClientEventPayload } from '../shared/client-api.ts'

/** What core tells its interfaces while it works. */
export interface ClientEvents {
  emit<E extends ClientEvent>(name: E, payload: ClientEventPayload<E>): void
  /** Returns the function that stops listening. */
  on<E extends ClientEvent>(name: E, listener: (payload: ClientEventPayload<E>) => void): () => void
}

/**
 * Events inside one process, delivered in order and before `emit` returns.
 *
 * @param onListenerFailure gets what a listener threw: a broken screen must not stop a backup.
 */
export function createEvents(onListenerFailure: (error: unknown) => void): ClientEvents {
  const listeners = new Map<ClientEvent, Set<(payload: never) => void>>()
  return {
    emit: (name, payload) => {
      // A copy: a listener that is added meanwhile hears only what comes next.
      for (const listener of Array.from(listeners.get(name) ?? [])) {
        try {
          listener(payload as never)
        } catch (error) {
          onListenerFailure(error)
        }
      }
    },
    on: (name, listener) => {
      const of = listeners.get(name) ?? new Set()
      listeners.set(name, of)
      // A wrapper of its own for each call, so that one listener may listen twice.
      const entry = (payload: never): void => listener(payload)
      of.add(entry)
      return () => void of.delete(entry)
    },
  }
}
