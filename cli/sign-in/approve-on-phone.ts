import { toString as qrToString } from 'qrcode'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { askChoice, askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatDuration } from '../format/time.ts'
import { printable } from '../format/width.ts'
import { ProblemError } from '../problem.ts'
import type { OpenStep } from './walk-steps.ts'

export type PhoneStep = Extract<OpenStep, { kind: 'approve-on-phone' | 'pair-phone' }>

/**
 * Shows the number to be typed on the phone, or how to pair one, and waits for the approval. Ctrl-C stops the
 * waiting; a person may then ask again or choose another method.
 *
 * @throws ProblemError SIGN_IN_ENDED (denied) and whatever asking again cannot mend
 */
export async function approveOnPhone(
  context: CommandContext,
  step: PhoneStep,
  trustDevice: boolean,
): Promise<ClientStep> {
  await tell(context, step)
  const stop = context.onInterrupt(() => void context.api.request('transaction.stopAwaitingPhone', {}))
  const reply = await context.api.request('transaction.awaitPhone', { trustDevice })
  stop()
  if (reply.ok) return reply.value.step
  const { problem } = reply
  if (problem.code !== 'PHONE_REQUEST_ENDED') throw new ProblemError(problem)
  context.terminal.remark(explained(problem.details?.['reason']))
  if (!context.terminal.isInteractive || context.manner.isNonInteractive) throw new ProblemError(problem)
  const next = await askNext(context, step.approval.canChooseAnother)
  if (next === 'stop') throw new ProblemError(problem)
  const request = next === 'again' ? 'transaction.askPhone' : 'transaction.chooseAnother'
  const answer = await context.api.request(request, {})
  if (!answer.ok) throw new ProblemError(answer.problem)
  return answer.value.step
}

/** The address of a pairing is a secret, and the number too: both go to the person's side of the terminal. */
async function tell(context: CommandContext, { approval, kind }: PhoneStep): Promise<void> {
  const { clock, terminal } = context
  const left = formatDuration(Math.max(0, Date.parse(approval.expiresAt) - clock.nowMs()))
  if (kind === 'pair-phone') {
    if (terminal.isInteractive) {
      const code = await qrToString(approval.address, { type: 'utf8', errorCorrectionLevel: 'L' })
      terminal.remark('Scan this with the camera of your phone:')
      for (const line of code.split('\n')) terminal.remark(line)
      terminal.remark('or open this address there:')
    } else {
      terminal.remark('Open this address on your phone:')
    }
    terminal.remark(`  ${printable(approval.address)}`)
    terminal.remark(`Pair the phone there, within ${left}, and type this number:  ${approval.number}`)
  } else {
    terminal.remark(`Open the Holdfast authenticator on ${printable(approval.label)}:`)
    terminal.remark(`  ${printable(approval.address)}`)
    terminal.remark(`and type this number there, within ${left}:  ${approval.number}`)
  }
  remark(context, 'Waiting for your phone. Ctrl-C stops the waiting.')
}

function explained(reason: unknown): string {
  switch (reason) {
    case 'wrong-number':
      return 'Another number was typed on the phone.'
    case 'expired':
      return 'Nobody approved on the phone in time.'
    case 'cancelled':
      return 'Stopped.'
    default:
      return 'The request on the phone is over.'
  }
}

async function askNext(
  context: CommandContext,
  canChooseAnother: boolean,
): Promise<'again' | 'another' | 'stop'> {
  if (!canChooseAnother) {
    return (await askYesNo(context, 'phone', 'Ask the phone again?', true)) ? 'again' : 'stop'
  }
  return askChoice(context, 'phone', 'How do you want to go on?', [
    { text: 'ask the phone again', value: 'again' },
    { key: 'm', text: 'another method', value: 'another' },
    { key: 'q', text: 'stop', value: 'stop' },
  ])
}
