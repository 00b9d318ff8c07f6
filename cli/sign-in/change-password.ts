import type { Reply } from '../../shared/client-api.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ask, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { ProblemError } from '../problem.ts'

/** Replaces a one-time password. Asks again while the server finds the new one unfit. */
export async function changePassword(context: CommandContext, isForgotten: boolean): Promise<ClientStep> {
  const why = isForgotten ? 'Choose a new password' : 'The password you used works once. Choose your own'
  remark(context, `${why}: at least 8 characters, 15 are better.`)
  return (
    await untilFit(context, (newPassword) =>
      context.api.request('transaction.changePassword', { newPassword }),
    )
  ).step
}

/** Asks for another password while the server finds it unfit. @throws ProblemError for everything else */
export async function untilFit<T>(
  context: CommandContext,
  set: (newPassword: string) => Promise<Reply<T>>,
): Promise<T> {
  for (;;) {
    const reply = await set(await askNewPassword(context))
    if (reply.ok) return reply.value
    const { code, details, message } = reply.problem
    const isUnfit = code === 'INPUT_INVALID' && String(details?.['paths'] ?? 'newPassword') === 'newPassword'
    if (!isUnfit) throw new ProblemError(reply.problem)
    context.terminal.remark(`${message} Choose another.`)
  }
}

/** Asks twice on a terminal, because nothing is shown; a script knows what it writes. */
export async function askNewPassword(context: CommandContext): Promise<string> {
  for (;;) {
    const first = await ask(context, 'new password', { text: 'New password: ', isSecret: true })
    if (!context.terminal.isInteractive) return first
    const second = await ask(context, 'new password', { text: 'Once more: ', isSecret: true })
    if (first === second) return first
    context.terminal.remark('The two differ.')
  }
}
