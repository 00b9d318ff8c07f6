import { createContext, use } from 'react'
import type { ClientCall, ClientOutput, ClientRequest } from '../../shared/client-api.ts'
import type { Operation } from '../../shared/model/sign-in.ts'

export interface StepUp {
  /**
   * Makes a request; when it is refused with STEP_UP_REQUIRED, lets the person prove who they are and
   * makes it once more.
   *
   * @throws AppError CANCELLED when the person closed the dialog, else what the request failed with
   */
  readonly request: <R extends ClientRequest>(name: R, input: ClientCall<R>) => Promise<ClientOutput<R>>
  /**
   * Lets the person prove who they are for one operation.
   *
   * @throws AppError CANCELLED, or what the step-up failed with
   */
  readonly prove: (operation: Operation) => Promise<void>
}

export const StepUpContext = createContext<StepUp | null>(null)

export function useStepUp(): StepUp {
  const stepUp = use(StepUpContext)
  if (stepUp === null) throw new Error('A request was made outside of StepUpProvider.')
  return stepUp
}
