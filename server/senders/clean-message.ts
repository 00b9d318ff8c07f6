import { z } from 'zod'
import { phoneNumberSchema } from '../../shared/model/account.ts'
import type { Message } from './messages.ts'
import { sendFailed } from './provider.ts'

const addressSchema = z.email().max(254)

/**
 * The last net before a provider, whoever wrote the text: no line break in a subject, no control characters
 * anywhere but the line feeds of a text, and exactly one recipient. Names that people chose stand in messages;
 * one with a line break in it must become neither a header nor a second message.
 *
 * @throws AppError SEND_FAILED `number-refused` when the recipient is none
 */
export function cleanMessage<M extends Message>(message: M): M {
  const { channel, subject, text, to } = message
  const schema = channel === 'email' ? addressSchema : phoneNumberSchema
  if (!schema.safeParse(to).success) throw sendFailed('number-refused')
  return {
    ...message,
    text: withoutControls(text.replaceAll(/\r\n?/g, '\n'), /[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu),
    ...(subject === undefined ? {} : { subject: withoutControls(subject, /[\p{C}\p{Zl}\p{Zp}]+/gu) }),
  }
}

function withoutControls(text: string, unwanted: RegExp): string {
  return text.replaceAll(unwanted, ' ').trim()
}
