import type { ClientApi, ClientCall, ClientOutput, ClientRequest } from '../../shared/client-api.ts'
import { errorFrom, isAppError, type ErrorCode } from '../../shared/errors.ts'
import type { MethodOption, ClientStep } from '../../shared/model/sign-in.ts'

/** A request that must succeed. */
export async function ask<R extends ClientRequest>(
  api: ClientApi,
  name: R,
  input: ClientCall<R>,
): Promise<ClientOutput<R>> {
  const reply = await api.request(name, input)
  if (!reply.ok) throw errorFrom(reply.problem)
  return reply.value
}

/** The code with which a request is refused; throws when it is not. */
export async function refusal<R extends ClientRequest>(
  api: ClientApi,
  name: R,
  input: ClientCall<R>,
): Promise<ErrorCode> {
  const reply = await api.request(name, input)
  if (reply.ok) throw new Error(`${name} was not refused`)
  return reply.problem.code
}

export function refusalOf(error: unknown): ErrorCode {
  if (isAppError(error)) return error.code
  throw error
}

/** Narrows a step to the one that must come now. */
export function expectStep<K extends ClientStep['kind']>(
  step: ClientStep,
  kind: K,
): Extract<ClientStep, { kind: K }> {
  if (step.kind !== kind) throw new Error(`expected the step ${kind}, got ${step.kind}`)
  return step as Extract<ClientStep, { kind: K }>
}

export function optionFor(step: ClientStep, matches: (option: MethodOption) => boolean): MethodOption {
  const option = expectStep(step, 'choose-method').options.find(matches)
  if (option === undefined) throw new Error('that method was not offered')
  return option
}
