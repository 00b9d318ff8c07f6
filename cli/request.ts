import type { ClientCall, ClientOutput, ClientRequest } from '../shared/client-api.ts'
import type { Problem } from '../shared/errors.ts'
import { operationSchema, type Operation } from '../shared/model/sign-in.ts'
import { isUnanswered, remark } from './ask.ts'
import type { CommandContext } from './context.ts'
import { ProblemError } from './problem.ts'
import { walkSteps } from './sign-in/walk-steps.ts'

/**
 * One request. Where it needs a second factor again, asks for it and repeats the request once.
 *
 * @throws ProblemError what the reply said
 */
export async function request<R extends ClientRequest>(
  context: CommandContext,
  name: R,
  input: ClientCall<R>,
): Promise<ClientOutput<R>> {
  const first = await context.api.request(name, input)
  if (first.ok) return first.value
  const operation = operationOf(first.problem, input)
  if (operation === undefined || context.manner.isNonInteractive) throw new ProblemError(first.problem)
  await stepUp(context, operation, first.problem)
  return requestOnly(context, name, input)
}

/** One request, without the question for a second factor. @throws ProblemError what the reply said */
export async function requestOnly<R extends ClientRequest>(
  { api }: Pick<CommandContext, 'api'>,
  name: R,
  input: ClientCall<R>,
): Promise<ClientOutput<R>> {
  const reply = await api.request(name, input)
  if (!reply.ok) throw new ProblemError(reply.problem)
  return reply.value
}

const purposes: Record<Operation['kind'], string> = {
  restore: 'Restoring',
  'shorten-retention': 'Keeping backups for a shorter time',
  'delete-set': 'Deleting a backup set',
  'resume-brake': 'Letting deletions go on',
  'change-factors': 'Changing how you sign in',
  'change-password': 'Changing the password',
  'revoke-device': 'Taking a computer off your account',
  'opt-out': 'Switching your second factor off',
  'change-settings': 'Changing settings',
  'export-key': 'Showing the recovery kit',
  'reset-factors': 'Resetting the second factors of a user',
  'add-phone': 'Entering a phone for a user',
  'suspend-users': 'Suspending users',
  'make-system-user': 'Making an administrator',
  'change-role': 'Changing the role of an administrator',
  'make-token': 'Making an API token',
  'change-mode': 'Changing how everybody signs in',
  'change-sender': 'Changing who sends passcodes',
  'remove-sender': 'Removing a sender of passcodes',
  approve: 'Approving what another administrator asked for',
  'purge-trash': 'Erasing deleted backups early',
  'delete-user': 'Deleting an account',
  'end-all-sessions': 'Signing everybody out',
  'request-approval': 'Asking another administrator to approve',
}

async function stepUp(context: CommandContext, operation: Operation, why: Problem): Promise<void> {
  remark(context, `${purposes[operation.kind]} needs your second factor again.`)
  const { step } = await requestOnly(context, 'stepUp.start', { operation })
  try {
    await walkSteps(context, step, { saveBackupCodes: undefined })
  } catch (error) {
    // Without anybody to answer, what the caller must know is that a second factor is needed.
    if (isUnanswered(error)) throw new ProblemError(why)
    throw error
  }
}

/** The problem names the kind of operation; whose set or computer it is about stands in the request itself. */
function operationOf(problem: Problem, input: unknown): Operation | undefined {
  if (problem.code !== 'STEP_UP_REQUIRED') return undefined
  const ids = typeof input === 'object' && input !== null ? input : {}
  const parsed = operationSchema.safeParse({ ...ids, kind: problem.details?.['operation'] })
  return parsed.success ? parsed.data : undefined
}
