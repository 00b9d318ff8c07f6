import type { Problem } from '../../shared/errors.ts'
import type { PhoneChannel } from '../../shared/model/policy.ts'
import type { Challenge, ClientStep } from '../../shared/model/sign-in.ts'
import { ask, isUnanswered, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatCount } from '../format/size.ts'
import { formatDuration } from '../format/time.ts'
import { printable } from '../format/width.ts'
import { ProblemError } from '../problem.ts'

/**
 * Asks for the code of a challenge until it is right or the challenge is over. `r` sends a new one, `c` has the
 * phone called and `t` texts it instead, `m` goes back to the other methods.
 *
 * @throws ProblemError SIGN_IN_ENDED and whatever else the person cannot mend by typing again
 */
export async function enterCode(
  context: CommandContext,
  challenge: Challenge,
  trustDevice: boolean,
): Promise<ClientStep> {
  introduce(context, challenge)
  let last: Problem | undefined
  for (;;) {
    const typed = await askCode(context, challenge, last)
    const reply = await answerTo(context, challenge, typed.trim(), trustDevice)
    if (reply.ok) return reply.value.step
    if (!canTypeAgain(reply.problem)) throw new ProblemError(reply.problem)
    last = reply.problem
    context.terminal.remark(printable(explain(reply.problem, challenge)))
  }
}

function introduce(
  context: CommandContext,
  { method, label, maskedDestination, codeLength }: Challenge,
): void {
  const text = {
    sms: `A passcode was sent to ${maskedDestination ?? label}.`,
    voice: `${maskedDestination ?? label} is called with a passcode.`,
    email: `A passcode was sent to ${maskedDestination ?? label}.`,
    totp: `Type the ${codeLength} digits that your authenticator app shows for ${label}.`,
    'backup-code': 'Type one of your backup codes. Each works once.',
  }[method]
  remark(context, printable(text))
}

/** Where the input has ended, what was wrong with the last answer says more than that no other followed. */
async function askCode(
  context: CommandContext,
  challenge: Challenge,
  last: Problem | undefined,
): Promise<string> {
  try {
    return await ask(context, 'code', { text: () => prompt(context, challenge) })
  } catch (error) {
    if (last !== undefined && isUnanswered(error)) throw new ProblemError(last)
    throw error
  }
}

function prompt({ clock }: CommandContext, challenge: Challenge): string {
  const keys = [
    ...(challenge.resendsLeft !== null && challenge.resendsLeft > 0 ? ['r = send again'] : []),
    ...otherChannels(challenge).map((channel) => channelKeys[channel].hint),
    ...(challenge.canChooseAnother ? ['m = other method'] : []),
  ]
  const hint = keys.length === 0 ? '' : ` (${keys.join(', ')})`
  const leftMs = Date.parse(challenge.expiresAt) - clock.nowMs()
  const left = leftMs > 0 ? `, ${formatDuration(leftMs)} left` : ', expired'
  const validity = challenge.prefix === null ? '' : left
  return `Code${hint}${validity}: ${challenge.prefix === null ? '' : `${challenge.prefix}-`}`
}

function answerTo(
  { api }: CommandContext,
  challenge: Challenge,
  typed: string,
  trustDevice: boolean,
): ReturnType<typeof api.request<'transaction.prove'>> {
  const key = typed.toLowerCase()
  if (key === 'r' && challenge.resendsLeft !== null) return api.request('transaction.resend', {})
  for (const channel of otherChannels(challenge)) {
    if (key === channelKeys[channel].key) return api.request('transaction.resend', { channel })
  }
  if (key === 'm' && challenge.canChooseAnother) return api.request('transaction.chooseAnother', {})
  return api.request('transaction.prove', { code: typed, trustDevice })
}

const channelKeys: Record<PhoneChannel, { readonly key: string; readonly hint: string }> = {
  sms: { key: 't', hint: 't = text me instead' },
  voice: { key: 'c', hint: 'c = call me instead' },
}

/** The ways to this phone that were not taken, while something can still be sent. */
function otherChannels({ channels, method, resendsLeft }: Challenge): readonly PhoneChannel[] {
  return resendsLeft !== null && resendsLeft > 0 ? channels.filter((channel) => channel !== method) : []
}

function canTypeAgain(problem: Problem): boolean {
  return [
    'PASSCODE_WRONG',
    'PASSCODE_EXPIRED',
    'INPUT_INVALID',
    'RATE_LIMITED',
    'SEND_FAILED',
    'CODE_UNCHECKED',
    'COUNTRY_NOT_ALLOWED',
  ].includes(problem.code)
}

function explain(problem: Problem, challenge: Challenge): string {
  if (problem.code === 'INPUT_INVALID') return 'That is no code.'
  if (problem.code === 'PASSCODE_EXPIRED') {
    const wayOn = challenge.resendsLeft === null ? '' : ' Type r to have a new one sent.'
    return `This passcode has expired.${wayOn}`
  }
  if (problem.code !== 'PASSCODE_WRONG') return problem.message
  const left = problem.details?.['triesLeft']
  return typeof left === 'number' ? `Wrong code; ${formatCount(left, 'try', 'tries')} left.` : 'Wrong code.'
}
