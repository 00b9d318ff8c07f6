import type { ClientApi, ClientCall, ClientOutput, ClientRequest } from '../../shared/client-api.ts'
import { errorFrom } from '../../shared/errors.ts'

/**
 * A request whose failure is thrown.
 *
 * @throws AppError with the code of the reply's problem
 */
export async function ask<R extends ClientRequest>(
  api: ClientApi,
  name: R,
  input: ClientCall<R>,
): Promise<ClientOutput<R>> {
  const reply = await api.request(name, input)
  if (!reply.ok) throw errorFrom(reply.problem)
  return reply.value
}
