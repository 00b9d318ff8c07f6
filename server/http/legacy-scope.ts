import type { RouteName } from '../../shared/routes.ts'
import { isLegacySession, onlyBackups } from '../legacy/session-limits.ts'
import type { SessionCaller } from './handler.ts'

/**
 * All that a session which skipped the second factor may ask for (docs/adr/0022): to see who it is, to enrol its
 * computer and to see it, to make that computer's first set and to see it. Backups themselves run with the computer's key.
 * A route that is not here refuses such a session, also one that comes later.
 */
export const legacyRoutes: readonly RouteName[] = [
  'me',
  'signOut',
  'devices',
  'enrolDevice',
  'backupSets',
  'createBackupSet',
  'runs',
]

/** @throws AppError SECOND_FACTOR_REQUIRED */
export function requireScope(caller: SessionCaller, routeName: string | undefined): void {
  if (!isLegacySession(caller)) return
  if (!legacyRoutes.some((each) => each === routeName)) throw onlyBackups()
}
