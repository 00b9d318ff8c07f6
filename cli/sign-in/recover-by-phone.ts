import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ask, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatCount } from '../format/size.ts'
import { ProblemError } from '../problem.ts'
import type { OpenStep } from './walk-steps.ts'

/** @throws ProblemError NO_METHOD_AVAILABLE where only the administrator can help */
export async function startRecovery(context: CommandContext): Promise<ClientStep> {
  const reply = await context.api.request('transaction.startRecovery', {})
  if (!reply.ok) throw new ProblemError(reply.problem)
  return reply.value.step
}

/** Asks for the whole number of the recovery phone until it is right or the sign-in is over. */
export async function recoverByPhone(
  context: CommandContext,
  { isReady, lastDigits, waitHours }: Extract<OpenStep, { kind: 'recover-by-phone' }>,
): Promise<ClientStep> {
  remark(
    context,
    isReady
      ? 'The waiting time is over. Prove your recovery phone once more, then register a new second factor.'
      : `After ${formatCount(waitHours, 'hour')} you can register a new second factor. Everybody on the account is told at once and can stop it.`,
  )
  for (;;) {
    const phoneNumber = (
      await ask(context, 'number of the recovery phone', {
        text: `Whole number of the recovery phone, with country code; it ends in ${lastDigits}: `,
      })
    ).trim()
    const reply = await context.api.request('transaction.recoveryNumber', { phoneNumber })
    if (reply.ok) return reply.value.step
    const { code, details, message } = reply.problem
    if (!['PASSCODE_WRONG', 'INPUT_INVALID'].includes(code)) throw new ProblemError(reply.problem)
    const left = details?.['triesLeft']
    context.terminal.remark(
      code === 'PASSCODE_WRONG' && typeof left === 'number'
        ? `This is not the number. ${formatCount(left, 'try', 'tries')} left.`
        : message,
    )
  }
}
