import { AppError, assertNever } from '../../shared/errors.ts'
import { leaseIdSchema } from '../../shared/model/ids.ts'
import type { ServerDeps } from '../deps.ts'
import { isSameSecret, tokenHash } from '../server-key.ts'
import type { LeaseRow } from '../store/tables.ts'
import { leaseStateOf } from './alive-leases.ts'

/**
 * Finds the lease of a secret. An unknown lease and a wrong secret look like an ended one.
 *
 * @throws AppError LEASE_ENDED, DEVICE_REVOKED
 */
export async function authenticateLease(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  leaseId: string,
  secret: string,
): Promise<LeaseRow> {
  const id = leaseIdSchema.safeParse(leaseId)
  if (!id.success) throw leaseEnded()
  const state = await leaseStateOf(deps.store.db, id.data, deps.clock.nowMs())
  if (state.kind === 'unknown' || !isSameSecret(tokenHash(secret), state.lease.secretHash)) throw leaseEnded()
  switch (state.kind) {
    case 'alive':
      return state.lease
    case 'ended':
      throw leaseEnded()
    case 'device-revoked':
      throw new AppError('DEVICE_REVOKED', 'This computer was revoked and may not back up any more.')
    default:
      return assertNever(state)
  }
}

export function leaseEnded(): AppError {
  return new AppError('LEASE_ENDED', 'This lease has ended.')
}
