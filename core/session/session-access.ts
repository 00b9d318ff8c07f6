import type { Credentials } from '../server-client/server-client.ts'
import type { Operation } from '../../shared/model/sign-in.ts'

/** The signed-in session as the rest of core uses it. */
export interface SessionAccess {
  /** @throws AppError SESSION_ENDED when nobody is signed in */
  credentials(): Promise<Credentials>
  /**
   * Takes the grant of a finished step-up out of memory: it works once.
   * @throws AppError STEP_UP_REQUIRED with details `{ operation: kind, … }` when there is none
   */
  takeGrant(operation: Operation): string
}
