import type { ServerDeps } from '../deps.ts'
import type { ObjectStore } from '../objects/object-store.ts'

export interface StorageDeps extends ServerDeps {
  readonly objects: ObjectStore
}
