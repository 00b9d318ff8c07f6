import type { ClientApi } from '../../shared/client-api.ts'
import type { HostAbilities } from '../host/host-abilities.ts'

/** What the desktop program's preload script puts into the window, under `holdfast`. */
export interface WindowBridge extends ClientApi {
  readonly host?: Partial<HostAbilities>
}

declare global {
  interface Window {
    readonly holdfast?: WindowBridge
  }
}

export function windowBridge(): WindowBridge | undefined {
  return globalThis.window.holdfast
}
