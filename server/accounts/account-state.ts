import { AppError } from '../../shared/errors.ts'
import type { UserRow } from '../store/tables.ts'

type Dated = Pick<UserRow, 'status' | 'expiresAt'>

/**
 * Whether an account may be used at this moment. Read wherever something rests on an account (session, lease,
 * device, API token), so that its end ends all of it without anybody having to end each.
 *
 * - `suspended`: by an administrator, until they enable it. Nobody who signs in is told.
 * - `expired`: past its end (`expiresAt`), until an administrator gives it another. Told to whoever proved all
 *   that a sign-in asks for.
 */
export type AccountState = 'open' | 'suspended' | 'expired'

export function accountStateOf({ expiresAt, status }: Dated, nowMs: number): AccountState {
  if (status !== 'enabled') return 'suspended'
  return expiresAt !== null && nowMs >= expiresAt ? 'expired' : 'open'
}

export function isOpenAccount(user: Dated | undefined, nowMs: number): boolean {
  return user !== undefined && accountStateOf(user, nowMs) === 'open'
}

/** Why a closed account is refused, for those who may know it. */
export function closedAccount(state: Exclude<AccountState, 'open'>): AppError {
  return state === 'suspended'
    ? new AppError('ACCOUNT_SUSPENDED', 'This account is suspended.')
    : new AppError('ACCOUNT_EXPIRED', 'This account has ended; nothing is backed up any more.')
}
