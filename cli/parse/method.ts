import { AppError } from '../../shared/errors.ts'
import { methodSchema, phoneChannelSchema, type Method } from '../../shared/model/policy.ts'
import type { Enrolment, MethodOption } from '../../shared/model/sign-in.ts'

/** `sms:2` is the second telephone that the chooser shows; without a number the first of its kind. */
export interface MethodChoice {
  readonly method: Method
  readonly position: number
}

export function parseMethod(text: string): MethodChoice {
  const match = /^([a-z-]+)(?::([1-9]\d?))?$/.exec(text)
  const method = methodSchema.options.find((each) => each === match?.[1])
  if (method === undefined) {
    throw new AppError(
      'INPUT_INVALID',
      `A method is ${methodSchema.options.join(', ')}, or one with its position such as sms:2.`,
    )
  }
  return { method, position: Number(match?.[2] ?? 1) }
}

/** @throws AppError NO_METHOD_AVAILABLE when nothing that was offered fits */
export function pickOption(options: readonly MethodOption[], choice: MethodChoice): MethodOption {
  const fitting = options.filter((option) => option.method === choice.method)
  const picked = fitting[choice.position - 1]
  if (picked === undefined) {
    throw new AppError(
      'NO_METHOD_AVAILABLE',
      `There is no ${choice.method} number ${choice.position} to choose; ${fitting.length} are registered.`,
    )
  }
  return picked
}

/** `totp`, `push`, `passkey`, `sms:` or `voice:` and a telephone number with its country code, or `email:` and an address. */
export function parseEnrolment(text: string): Enrolment {
  if (text === 'totp' || text === 'push' || text === 'passkey') return { method: text }
  const [kind = '', to = ''] = splitOnce(text)
  const channel = phoneChannelSchema.safeParse(kind)
  if (channel.success && /^\+[\d\s().-]{6,31}$/.test(to)) return { method: channel.data, phoneNumber: to }
  if (kind === 'email' && /^[^\s@]+@[^\s@]+$/.test(to)) return { method: 'email', emailAddress: to }
  throw new AppError(
    'INPUT_INVALID',
    'What to register is totp, push, passkey, sms:+49… or voice:+49… with a telephone number, or email:anna@example.org.',
  )
}

function splitOnce(text: string): readonly string[] {
  const at = text.indexOf(':')
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

export const methodNames: Record<Method, string> = {
  sms: 'text message',
  voice: 'phone call',
  email: 'e-mail',
  totp: 'authenticator app',
  push: 'approval on a phone',
  passkey: 'passkey',
  'backup-code': 'backup code',
}
