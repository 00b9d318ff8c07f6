import type { ClientApi } from '../../shared/client-api.ts'
import type { Clock } from '../../shared/clock.ts'

export interface PageOptions {
  readonly client: { readonly api: ClientApi }
  /** The interface's build. */
  readonly rendererFolder: string
  /** 0 = any free one. */
  readonly port: number
  readonly clock: Clock
  /** Without it only this computer is answered. */
  readonly remote?: RemoteAccess
  /** Logs a failure that nobody foresaw and returns the id that finds it. */
  onUnexpected(error: unknown): string
}

/** Lets other computers in, under one name and only with TLS. */
export interface RemoteAccess {
  /** The address to listen at: `0.0.0.0`, or one of this computer's. */
  readonly listenAddress: string
  /** The name in the certificate, which is the only name that is answered. */
  readonly hostName: string
  readonly certificate: string
  readonly privateKey: string
}

export interface Page {
  /** Opens the page once: it ends in a token that works one time within ten minutes. */
  readonly url: string
  /** Another such address; earlier ones go on working until used. */
  newUrl(): string
  stop(): Promise<void>
}
