import type { UpdateState } from '../host/host-contract.ts'

/** New versions of this program. Nothing is downloaded or installed without being asked for. */
export interface Updates {
  check(): Promise<UpdateState>
  download(): Promise<UpdateState>
  /** Ends this program and starts the new version. Only after `download` answered `ready`. */
  install(): void
}

/** Where the package manager or the administrator brings new versions. */
export const managedUpdates: Updates = {
  check: () => Promise.resolve({ kind: 'managed' }),
  download: () => Promise.resolve({ kind: 'managed' }),
  install: () => undefined,
}
