import { AppError } from '../../shared/errors.ts'
import type { GroupId } from '../../shared/model/ids.ts'
import type { Operation } from '../../shared/model/sign-in.ts'
import type { Acting } from '../accounts/acting.ts'
import { isInReach, noSuchUser } from '../accounts/user-list.ts'
import type { ServerDeps } from '../deps.ts'
import type { AdminCaller, Origin } from '../http/handler.ts'
import { consumeGrant, returnGrant } from '../sessions/grants.ts'
import { stepUpRequired } from '../sessions/sessions.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { requireGroupInReach } from './groups-in-reach.ts'

interface AdminCall {
  readonly caller: AdminCaller
  readonly origin: Origin
}

/** An operation that a session needs a grant for. */
export interface Granted {
  readonly operation: Operation
  readonly grantToken: string | undefined
}

/** The caller as the functions that commands also use know it. */
export function actingOf(
  deps: Pick<ServerDeps, 'store' | 'clock' | 'log'>,
  { caller, origin }: AdminCall,
  granted?: Granted,
): Acting {
  return {
    actor: caller.actor,
    address: origin.address,
    ownerId: caller.reach,
    mayChange: (user) => {
      requireChangeable(caller, user)
    },
    permit: async (tx) => {
      if (granted !== undefined) await useGrant(deps, tx, caller, granted)
    },
    mayUseGroup: async (tx, groupId: GroupId) => {
      await requireGroupInReach(tx, groupId, caller.reach)
    },
  }
}

/** A token has no second factor to prove: where it may at all, its scope is what permits. */
export async function useGrant(
  deps: Pick<ServerDeps, 'store' | 'clock' | 'log'>,
  tx: Tx,
  { by, user }: AdminCaller,
  { operation, grantToken }: Granted,
): Promise<void> {
  if (by.kind === 'token') return
  if (grantToken === undefined) throw stepUpRequired(operation.kind)
  await consumeGrant(tx, deps, { session: by.session, user }, grantToken, operation)
}

/**
 * For work that has transactions of its own: the grant is used up before, and given back when the work comes
 * to nothing.
 */
export async function granted<T>(
  deps: Pick<ServerDeps, 'store' | 'clock' | 'log'>,
  caller: AdminCaller,
  grant: Granted,
  work: () => Promise<T>,
): Promise<T> {
  const { by, user } = caller
  await deps.store.transact([`user:${user.id}`], (tx) => useGrant(deps, tx, caller, grant))
  try {
    return await work()
  } catch (error) {
    if (by.kind === 'session' && grant.grantToken !== undefined) {
      await returnGrant(deps, { session: by.session, user }, grant.grantToken)
    }
    throw error
  }
}

/**
 * Nobody administers themselves: that would be a way around the proof that their own account asks for. Other
 * system users are for administrators in person only.
 */
function requireChangeable({ by, reach, role, user: self }: AdminCaller, user: UserRow): void {
  if (!isInReach(user, reach)) throw noSuchUser()
  if (user.id === self.id) {
    throw new AppError('NOT_ALLOWED', 'Nobody administers their own account; another administrator can.')
  }
  if (user.kind === 'system' && (role !== 'admin' || by.kind !== 'session')) {
    throw new AppError('NOT_ALLOWED', 'Only an administrator in person changes system users.')
  }
}
