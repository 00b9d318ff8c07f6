import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { ClientCall, ClientOutput, ClientRequest } from '../../shared/client-api.ts'
import { ask } from './ask.ts'
import { useServices } from './services.tsx'

/** Reads something from core and keeps it for all who ask the same. */
export function useAsk<R extends ClientRequest>(
  name: R,
  input: ClientCall<R>,
  options: { readonly enabled?: boolean } = {},
): UseQueryResult<ClientOutput<R>> {
  const { api } = useServices()
  return useQuery({
    queryKey: [name, input],
    queryFn: () => ask(api, name, input),
    enabled: options.enabled ?? true,
  })
}
