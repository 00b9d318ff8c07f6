import { toString as qrToString } from 'qrcode'
import type { ClientStep, Step } from '../../shared/model/sign-in.ts'
import type { HandOffWay } from '../../shared/model/passkey.ts'
import { askChoice, askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatDuration } from '../format/time.ts'
import { printable } from '../format/width.ts'
import { ProblemError } from '../problem.ts'

type PasskeyStep = Extract<Step, { kind: 'use-passkey' | 'register-passkey' }>

const wayTexts: Record<HandOffWay, string> = {
  'this-computer': 'in a browser on this computer',
  'other-device': 'on another device, by typing a code there',
}

/**
 * Has a passkey used or made in a browser, which a terminal is not, and waits for it. Ctrl-C stops the
 * waiting; a person may then try again or choose another method.
 *
 * @throws ProblemError SIGN_IN_ENDED and whatever another try cannot mend
 */
export async function usePasskey(
  context: CommandContext,
  step: PasskeyStep,
  trustDevice: boolean,
): Promise<ClientStep> {
  for (;;) {
    const way = await chooseWay(context, step.passkey.ways)
    const handOff = await context.api.request('transaction.startHandOff', { way })
    if (!handOff.ok) throw new ProblemError(handOff.problem)
    await tell(context, handOff.value)
    const stop = context.onInterrupt(() => void context.api.request('transaction.cancelHandOff', {}))
    const reply = await context.api.request('transaction.awaitHandOff', { trustDevice })
    stop()
    if (reply.ok) return reply.value.step
    const { problem } = reply
    if (!['HAND_OFF_ENDED', 'PASSKEY_REFUSED'].includes(problem.code)) throw new ProblemError(problem)
    context.terminal.remark(explained(problem.details?.['reason']))
    if (!context.terminal.isInteractive || context.manner.isNonInteractive) throw new ProblemError(problem)
    const next = await askNext(context, step.passkey.canChooseAnother)
    if (next === 'stop') throw new ProblemError(problem)
    if (next === 'another') {
      const back = await context.api.request('transaction.chooseAnother', {})
      if (!back.ok) throw new ProblemError(back.problem)
      return back.value.step
    }
  }
}

async function chooseWay(context: CommandContext, ways: readonly HandOffWay[]): Promise<HandOffWay> {
  const [first] = ways
  if (first === undefined) throw new Error('A passkey that can be used nowhere.')
  if (ways.length === 1) return first
  const choices = ways.map((way) => ({ text: wayTexts[way], value: way }))
  return askChoice(context, 'where the passkey is', 'Where is your passkey?', choices)
}

async function tell(
  context: CommandContext,
  handOff: { readonly address: string; readonly userCode: string | null; readonly expiresAt: string },
): Promise<void> {
  const { clock, terminal } = context
  const left = formatDuration(Math.max(0, Date.parse(handOff.expiresAt) - clock.nowMs()))
  const address = printable(handOff.address)
  if (handOff.userCode === null) {
    // Needed to go on, so also where remarks are not wanted.
    terminal.remark(`Open this in a browser on this computer, within ${left}:`)
    terminal.remark(`  ${address}`)
  } else {
    terminal.remark(`On the other device open ${address}`)
    terminal.remark(`and type this code, within ${left}:  ${handOff.userCode}`)
    if (terminal.isInteractive) {
      const code = await qrToString(handOff.address, { type: 'utf8', errorCorrectionLevel: 'L' })
      for (const line of code.split('\n')) remark(context, line)
    }
    remark(context, 'Never type a code there that somebody else gave you: it would let them in.')
  }
  remark(context, 'Waiting for your passkey. Ctrl-C stops the waiting.')
}

function explained(reason: unknown): string {
  switch (reason) {
    case 'declined':
      return 'It was declined in the browser.'
    case 'expired':
      return 'Nobody used a passkey in time.'
    case 'cancelled':
      return 'Stopped.'
    case 'counter':
      return 'This passkey was refused: there seems to be a copy of it. Tell your administrator.'
    case 'registered':
      return 'This passkey is registered already.'
    default:
      return 'The passkey was not accepted.'
  }
}

async function askNext(
  context: CommandContext,
  canChooseAnother: boolean,
): Promise<'again' | 'another' | 'stop'> {
  if (!canChooseAnother) {
    return (await askYesNo(context, 'passkey', 'Try again?', true)) ? 'again' : 'stop'
  }
  return askChoice(context, 'passkey', 'How do you want to go on?', [
    { text: 'try again', value: 'again' },
    { key: 'm', text: 'another method', value: 'another' },
    { key: 'q', text: 'stop', value: 'stop' },
  ])
}
