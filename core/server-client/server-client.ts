import type { ProxyRoute } from '../proxy/proxy-route.ts'
import type { CallOf, ReplyOf, RouteName } from '../../shared/routes.ts'

/** What a request proves itself with. */
export type Credentials =
  | { readonly kind: 'none' }
  /** Session or transaction token. */
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'lease'; readonly leaseId: string; readonly secret: string }

/** The server's API as typed calls. */
export interface ServerClient {
  readonly address: string
  /**
   * The proxy on the way there, for whoever else speaks to the server; null = none.
   * @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED when its password cannot be read
   */
  route(): Promise<ProxyRoute | null>
  /**
   * One request. Answers that do not fit the contract are refused, so that callers can trust the type.
   * Safe requests are repeated by themselves after a passing failure; others are not.
   *
   * @throws AppError the server's own problem, or SERVER_UNREACHABLE, SERVER_CERTIFICATE, SERVER_BUSY,
   *   SERVER_ANSWER_UNKNOWN, PROXY_UNREACHABLE, PROXY_SIGN_IN_REQUIRED, PROXY_REFUSED, CANCELLED
   */
  call<N extends RouteName>(
    name: N,
    input: CallOf<N>,
    credentials: Credentials,
    options?: { signal?: AbortSignal; timeoutMs?: number },
  ): Promise<ReplyOf<N>>
}
