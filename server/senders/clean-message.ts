import { z } from 'zod'
import { phoneNumberSchema } from '../../shared/model/account.ts'
import type { Message } from './messages.ts'
import { sendFailed } from './provider.ts'

const addressSchema = z.email().max(254)

/**
 * The last net before a provider, whoever wrote the text: no line break in a subject, no control characters
 * anywhere but the line feeds of a text, and exactly one recipient. Names that people chose stand in messages;
 * one with a line break in it must become neither a header nor a second message. Of the controls of direction
 * only whole isolates within a line stay (server/texts/texts.ts): they reorder nothing outside of themselves.
 *
 * @throws AppError SEND_FAILED `number-refused` when the recipient is none
 */
export function cleanMessage<M extends Message>(message: M): M {
  const { channel, inEnglish, subject, text, to } = message
  const schema = channel === 'email' ? addressSchema : phoneNumberSchema
  if (!schema.safeParse(to).success) throw sendFailed('number-refused')
  return {
    ...message,
    text: cleanText(text),
    ...(inEnglish === undefined ? {} : { inEnglish: cleanText(inEnglish) }),
    ...(subject === undefined ? {} : { subject: withoutControls(subject, /[\p{C}\p{Zl}\p{Zp}]+/gu) }),
  }
}

function cleanText(text: string): string {
  return withoutControls(text.replaceAll(/\r\n?/g, '\n'), /[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu)
}

function withoutControls(text: string, unwanted: RegExp): string {
  // Every second piece is the inside of an isolate.
  return text
    .split(/\u2068([^\u2066-\u2069\n]*)\u2069/)
    .map((piece, index) => {
      const clean = piece.replaceAll(unwanted, ' ')
      return index % 2 === 0 ? clean : `\u2068${clean}\u2069`
    })
    .join('')
    .trim()
}
