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
  /**
   * Takes a grant for one piece of work. A failure that left the grant unused on the server gives it back, so
   * that a typing error does not cost another step-up.
   * @throws AppError STEP_UP_REQUIRED, and what `work` throws
   */
  useGrant<T>(operation: Operation, work: (grantToken: string) => Promise<T>): Promise<T>
}
