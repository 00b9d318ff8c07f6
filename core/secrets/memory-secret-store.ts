import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { SecretName, SecretStore } from '../ports/secret-store.ts'

type Operation = 'read' | 'write' | 'erase'

/** A secret store for tests. It obeys the contract, and fails on demand. */
export interface MemorySecretStore extends SecretStore {
  /** The next call of that operation throws. */
  failNext(operation: Operation, code: ErrorCode): void
  /** The names of all that is stored. */
  names(): SecretName[]
}

export function memorySecretStore(): MemorySecretStore {
  const secrets = new Map<SecretName, string>()
  const failures: { operation: Operation; code: ErrorCode }[] = []

  const failIfAsked = (operation: Operation): void => {
    const at = failures.findIndex((failure) => failure.operation === operation)
    const [failure] = at === -1 ? [] : failures.splice(at, 1)
    if (failure !== undefined) throw new AppError(failure.code, 'Failed because a test asked for it.')
  }
  return {
    kind: 'file',
    place: 'memory',
    failNext: (operation, code) => void failures.push({ operation, code }),
    names: () => [...secrets.keys()],
    read: async (name) => {
      failIfAsked('read')
      return secrets.get(name)
    },
    write: async (name, secret) => {
      failIfAsked('write')
      secrets.set(name, secret)
    },
    erase: async (name) => {
      failIfAsked('erase')
      secrets.delete(name)
    },
  }
}
