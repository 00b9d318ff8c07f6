import type { Reply } from '../../shared/client-api.ts'
import { AppError, inputError, problemFrom } from '../../shared/errors.ts'
import {
  hostRequests,
  type HostHandlers,
  type HostInput,
  type HostOutput,
  type HostRequest,
} from '../host/host-contract.ts'

/**
 * Parses, calls and replies, as `answer` does for the client's requests. Never rejects.
 *
 * @param onUnexpected gets failures that are not AppErrors and returns an id that finds them in the log.
 */
export async function answerHost(
  handlers: HostHandlers,
  name: unknown,
  rawInput: unknown,
  onUnexpected: (error: unknown) => string,
): Promise<Reply<unknown>> {
  try {
    if (!isHostRequest(name)) throw new AppError('NOT_FOUND', 'There is no request of that name.')
    return { ok: true, value: await call(handlers, name, rawInput) }
  } catch (error) {
    if (error instanceof AppError) return { ok: false, problem: problemFrom(error) }
    return { ok: false, problem: problemFrom(error, onUnexpected(error)) }
  }
}

function isHostRequest(name: unknown): name is HostRequest {
  return typeof name === 'string' && Object.hasOwn(hostRequests, name)
}

function call<R extends HostRequest>(
  handlers: HostHandlers,
  name: R,
  rawInput: unknown,
): Promise<HostOutput<R>> {
  const parsed = hostRequests[name].input.safeParse(rawInput)
  if (!parsed.success) throw inputError(parsed.error)
  return handlers[name](parsed.data as HostInput<R>)
}
