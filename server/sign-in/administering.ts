import type { UserRow } from '../store/tables.ts'

/**
 * Who administers always needs a second factor, whatever policy says, and shows it at every sign-in: neither
 * the trust of a computer nor a session that is kept stands in for it. A copied profile of an administrator
 * would otherwise be worth every account.
 */
export function isAdministering(user: Pick<UserRow, 'kind'>): boolean {
  return user.kind === 'system'
}
