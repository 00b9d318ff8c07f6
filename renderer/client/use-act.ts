import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import type { ClientCall, ClientOutput, ClientRequest } from '../../shared/client-api.ts'
import { isAppError } from '../../shared/errors.ts'
import { useStepUp } from '../step-up/step-up-context.ts'

interface ActOptions<R extends ClientRequest> {
  /** Requests whose answers are old once this one is done. */
  readonly changes?: readonly ClientRequest[]
  readonly onDone?: (output: ClientOutput<R>) => void
}

/**
 * Makes a request that does something. When it needs a step-up, the person is asked to prove who they are
 * and the request is made again; when they decline, the error is CANCELLED.
 */
export function useAct<R extends ClientRequest>(
  name: R,
  options: ActOptions<R> = {},
): UseMutationResult<ClientOutput<R>, Error, ClientCall<R>> {
  const { request } = useStepUp()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: ClientCall<R>) => request(name, input),
    onSuccess: async (output) => {
      await Promise.all(
        (options.changes ?? []).map((each) => queries.invalidateQueries({ queryKey: [each] })),
      )
      options.onDone?.(output)
    },
    onError: async (error) => {
      if (isAppError(error, 'SESSION_ENDED')) await queries.invalidateQueries({ queryKey: ['app.status'] })
    },
  })
}

/** The failure to show; none when the person themselves said no. */
export function shownError(error: Error | null): Error | null {
  return isAppError(error, 'CANCELLED') ? null : error
}
