import {
  clientRequests,
  type ClientHandlers,
  type ClientInput,
  type ClientOutput,
  type ClientRequest,
  type Reply,
} from './client-api.ts'
import { AppError, inputError, problemFrom } from './errors.ts'

export function isClientRequest(name: string): name is ClientRequest {
  return Object.hasOwn(clientRequests, name)
}

/**
 * Parses, calls and replies; every shell (IPC, socket, HTTP) ends here after its own check of the sender.
 * Never rejects. A malformed input is answered with its path and never with its value.
 *
 * @param onUnexpected gets failures that are not AppErrors and returns an id that finds them in the log.
 */
export async function answer(
  handlers: ClientHandlers,
  name: string,
  rawInput: unknown,
  onUnexpected: (error: unknown) => string,
): Promise<Reply<unknown>> {
  try {
    if (!isClientRequest(name)) throw new AppError('NOT_FOUND', 'There is no request of that name.')
    return { ok: true, value: await call(handlers, name, rawInput) }
  } catch (error) {
    if (error instanceof AppError) return { ok: false, problem: problemFrom(error) }
    return { ok: false, problem: problemFrom(error, onUnexpected(error)) }
  }
}

function call<R extends ClientRequest>(
  handlers: ClientHandlers,
  name: R,
  rawInput: unknown,
): Promise<ClientOutput<R>> {
  const parsed = clientRequests[name].input.safeParse(rawInput)
  if (!parsed.success) throw inputError(parsed.error)
  return handlers[name](parsed.data as ClientInput<R>)
}
