import type { AdminPermission, Permission } from '../../shared/contract.ts'
import type { InputOf, ReplyOf, RouteName, Routes } from '../../shared/routes.ts'
import type { SystemRole } from '../../shared/model/account.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { ApiTokenRow, LeaseRow, SessionRow, TransactionRow, UserRow } from '../store/tables.ts'

/** Where a request came from. */
export interface Origin {
  /** The client's address; behind a trusted proxy the one that the proxy names. */
  readonly address: string
  /** What limits count: the IPv4 address or the IPv6 /64. */
  readonly network: string
  /** Whether a browser sent it, which says so itself (`Origin`, `Sec-Fetch-Site`); absent = nothing shows that. */
  readonly isBrowser?: boolean
}

export interface SessionCaller {
  readonly session: SessionRow
  readonly user: UserRow
}

/** A system user, or a program with an API user's token, whose role allows what the route asks for. */
export interface AdminCaller {
  readonly user: UserRow
  readonly role: SystemRole
  /** Whose users there are for this caller: a sub-administrator's own; null = everybody's. */
  readonly reach: UserId | null
  readonly by:
    | { readonly kind: 'session'; readonly session: SessionRow }
    | { readonly kind: 'token'; readonly token: ApiTokenRow }
  /** As the audit log names it: `user:<id>` or `token:<id>`. */
  readonly actor: string
}

/** Whom the permission check found. A handler gets it and never looks at tokens itself. */
export type CallerOf<P extends Permission> = P extends 'session' | 'fresh'
  ? SessionCaller
  : P extends 'transaction'
    ? { readonly transaction: TransactionRow }
    : P extends 'lease'
      ? { readonly lease: LeaseRow }
      : P extends AdminPermission
        ? AdminCaller
        : undefined

export interface Call<P extends Permission> {
  readonly origin: Origin
  readonly caller: CallerOf<P>
}

export type Handler<N extends RouteName> = (
  input: InputOf<N>,
  call: Call<Routes[N]['permission']>,
) => Promise<ReplyOf<N>>

/** One handler for every route of the contract; a missing one does not compile. */
export type Handlers = { readonly [N in RouteName]: Handler<N> }
