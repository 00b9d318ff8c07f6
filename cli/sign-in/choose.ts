import type { ClientCall, ClientOutput } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { phoneChannelSchema, type Method } from '../../shared/model/policy.ts'
import type { ClientStep, Enrolment, MethodOption } from '../../shared/model/sign-in.ts'
import { ask, askChoice, remark, type Choice } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatCount } from '../format/size.ts'
import { formatInstant, formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'
import { methodNames, pickOption, type MethodChoice } from '../parse/method.ts'
import { ProblemError } from '../problem.ts'
import type { OpenStep, StepOptions } from './walk-steps.ts'

type ChooseMethodStep = Extract<OpenStep, { kind: 'choose-method' }>
type EnrolmentStep = Extract<OpenStep, { kind: 'offer-enrolment' | 'must-enrol' }>

/** Picks which phone, app or code list proves who this is. A single one needs no question. */
export async function chooseMethod(
  context: CommandContext,
  step: ChooseMethodStep,
  choice: MethodChoice | undefined,
): Promise<ClientStep> {
  if (step.options.length === 0) {
    throw new AppError(
      'NO_METHOD_AVAILABLE',
      'No registered method can be used. Come back with your recovery phone: `holdfast recover-account`.',
    )
  }
  if (step.canRecover === true && context.terminal.isInteractive) {
    remark(context, 'All lost? `holdfast recover-account` brings you back with your recovery phone.')
  }
  let chosen = firstPick(step.options, choice)
  for (;;) {
    chosen ??= await askMethod(context, step.options)
    const reply = await context.api.request('transaction.chooseMethod', choiceOf(chosen))
    if (reply.ok) return reply.value.step
    // Another telephone or the app may do where one number cannot be reached.
    const mayPickAnother = ['SEND_FAILED', 'RATE_LIMITED', 'COUNTRY_NOT_ALLOWED'].includes(reply.problem.code)
    if (!mayPickAnother || step.options.length === 1) throw new ProblemError(reply.problem)
    context.terminal.remark(`${reply.problem.message} Choose another way.`)
    chosen = undefined
  }
}

/** Of a phone also by which of its two ways. */
function choiceOf({ factorId, method }: MethodOption): ClientCall<'transaction.chooseMethod'> {
  const channel = phoneChannelSchema.safeParse(method)
  return { factorId, ...(channel.success ? { channel: channel.data } : {}) }
}

function firstPick(
  options: readonly MethodOption[],
  choice: MethodChoice | undefined,
): MethodOption | undefined {
  if (choice !== undefined) return pickOption(options, choice)
  return options.length === 1 ? options[0] : undefined
}

function askMethod(context: CommandContext, options: readonly MethodOption[]): Promise<MethodOption> {
  const nowMs = context.clock.nowMs()
  const choices = options.map((option) => ({ text: describe(option, nowMs), value: option }))
  return askChoice(context, 'method', 'Prove that it is you. How?', choices)
}

function describe(option: MethodOption, nowMs: number): string {
  const parts = [methodNames[option.method]]
  if (option.method !== 'backup-code') parts.push(printable(option.label))
  if (option.maskedDestination !== null) parts.push(option.maskedDestination)
  if (option.codesLeft !== null) parts.push(`${formatCount(option.codesLeft, 'code')} left`)
  if (option.lastUsedAt !== null)
    parts.push(`last used ${formatRelative(Date.parse(option.lastUsedAt), nowMs)}`)
  return parts.join(' · ')
}

type EnrolmentChoice =
  | { readonly kind: 'enrol'; readonly method: Method }
  | { readonly kind: 'skip'; readonly dontShowAgain: boolean }

/** Registers a first factor, or declines where that is allowed. */
export async function chooseEnrolment(
  context: CommandContext,
  step: EnrolmentStep,
  options: StepOptions,
): Promise<ClientStep> {
  const choice = enrolmentFromFlags(step, options) ?? (await askEnrolment(context, step))
  if (choice.kind === 'skip') {
    return stepOf(
      await context.api.request('transaction.skipEnrolment', { dontShowAgain: choice.dontShowAgain }),
    )
  }
  const enrolment = options.enrol ?? (await askEnrolmentDetails(context, choice.method))
  const reply = await context.api.request('transaction.startEnrolment', enrolment)
  if (reply.ok || options.enrol !== undefined) return stepOf(reply)
  if (!['INPUT_INVALID', 'SEND_FAILED', 'RATE_LIMITED', 'COUNTRY_NOT_ALLOWED'].includes(reply.problem.code))
    return stepOf(reply)
  context.terminal.remark(reply.problem.message)
  return step
}

function enrolmentFromFlags(step: EnrolmentStep, options: StepOptions): EnrolmentChoice | undefined {
  if (options.enrol !== undefined) return { kind: 'enrol', method: options.enrol.method }
  if (options.skipEnrolment === true && step.kind === 'offer-enrolment') {
    return { kind: 'skip', dontShowAgain: false }
  }
  return undefined
}

function askEnrolment(context: CommandContext, step: EnrolmentStep): Promise<EnrolmentChoice> {
  const choices: Choice<EnrolmentChoice>[] = step.methods
    // Backup codes come by themselves with the first real factor.
    .filter((method) => method !== 'backup-code')
    .map((method) => ({ text: enrolmentTexts[method], value: { kind: 'enrol', method } }))
  if (step.kind === 'offer-enrolment') {
    choices.push({ key: 's', text: 'not now', value: { kind: 'skip', dontShowAgain: false } })
    if (step.canDismiss) {
      choices.push({ key: 'n', text: 'never ask again', value: { kind: 'skip', dontShowAgain: true } })
    }
  }
  if (step.kind === 'offer-enrolment' && step.compulsoryFrom !== null) {
    remark(context, `From ${formatInstant(step.compulsoryFrom)} on a second factor is required.`)
  }
  const title =
    step.kind === 'must-enrol'
      ? 'This account needs a second factor. Which one do you want to set up?'
      : 'A second factor protects your backups when your password is stolen. Set one up?'
  return askChoice(context, 'what to register', title, choices)
}

const enrolmentTexts: Record<Method, string> = {
  sms: 'a telephone that gets passcodes by text message',
  voice: 'a telephone that is called with the passcode',
  email: 'an e-mail address that gets passcodes',
  totp: 'an authenticator app',
  push: 'a phone that approves with a number',
  passkey: 'a passkey or security key',
  'backup-code': 'backup codes',
}

/** What the registration of a method needs to know. */
export async function askEnrolmentDetails(context: CommandContext, method: Method): Promise<Enrolment> {
  switch (method) {
    case 'sms':
    case 'voice': {
      remark(context, 'With its country code, for example +49 171 1234567.')
      const phoneNumber = await ask(context, 'telephone number', { text: 'Telephone number: ' })
      return { method, phoneNumber: phoneNumber.trim() }
    }
    case 'email': {
      const emailAddress = await ask(context, 'e-mail address', { text: 'E-mail address: ' })
      return { method, emailAddress: emailAddress.trim() }
    }
    case 'totp':
    case 'push':
    case 'passkey':
      return { method }
    case 'backup-code':
      throw new AppError('NOT_ALLOWED', 'Backup codes come with the first method.')
  }
}

/** @throws ProblemError */
export function stepOf(
  reply:
    | { readonly ok: true; readonly value: ClientOutput<'transaction.skipEnrolment'> }
    | { readonly ok: false; readonly problem: ConstructorParameters<typeof ProblemError>[0] },
): ClientStep {
  if (!reply.ok) throw new ProblemError(reply.problem)
  return reply.value.step
}
