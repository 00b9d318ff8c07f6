import type { Origin } from '../http/handler.ts'
import type { Message } from '../senders/messages.ts'
import type { Texts } from '../texts/texts.ts'

/** Carries the code. */
export function codeMail(
  { language, text }: Texts,
  server: string,
  to: string,
  code: string,
  from: Origin,
): Message {
  const values = { code, address: from.address, command: 'holdfast register --have-code', server }
  return {
    channel: 'email',
    to,
    subject: text('trial-code.subject', { server }),
    text: text('trial-code.text', values),
    language,
  }
}

/** Tells the owner of an account instead of whoever asked. */
export function takenMail({ language, text }: Texts, server: string, to: string, from: Origin): Message {
  return {
    channel: 'email',
    to,
    subject: text('trial-taken.subject', { server }),
    text: text('trial-taken.text', { address: from.address, server }),
    language,
  }
}
