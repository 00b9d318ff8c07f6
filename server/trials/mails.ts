import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Origin } from '../http/handler.ts'
import type { Message } from '../senders/messages.ts'

/** Carries the code. */
export function codeMail({ config: { name } }: AuthDeps, to: string, code: string, from: Origin): Message {
  return {
    channel: 'email',
    to,
    subject: `${name}: your free trial`,
    text: `${code} is the code for registering this mail address. It was asked for from ${from.address} and works once, for an hour.\nType it where you asked for it, or run: holdfast register --have-code\nIf this was not you, you need not do anything: without the code nothing is registered.\n${name}`,
  }
}

/** Tells the owner of an account instead of whoever asked. */
export function takenMail({ config: { name } }: AuthDeps, to: string, from: Origin): Message {
  return {
    channel: 'email',
    to,
    subject: `${name}: you have an account already`,
    text: `Somebody asked from ${from.address} to register this mail address, which belongs to an account already. Nothing has changed.\nIf this was you, sign in with the account that you have; "Forgotten password" there helps where you do not know the password any more.\n${name}`,
  }
}
