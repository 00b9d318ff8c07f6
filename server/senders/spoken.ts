import type { Language } from '../../shared/model/language.ts'
import { textsIn } from '../texts/texts.ts'
import type { Message, PasscodeMessage } from './messages.ts'
import { passcodeIn } from './provider.ts'

/** How a provider names its voice for each language that it speaks. */
export type Voices<V> = Readonly<Partial<Record<Language, V>>> & { readonly en: V }

/**
 * What a voice reads out: the text with its passcode digit by digit, twice, so that it can be written down. In
 * English where the provider has no voice for the language: whoever gets a call must be able to type the digits.
 */
export function spoken<V>(
  message: Message | PasscodeMessage,
  voices: Voices<V>,
): { readonly voice: V; readonly lines: readonly string[] } {
  const voice = voices[message.language]
  return voice === undefined
    ? { voice: voices.en, lines: linesOf(message, message.inEnglish ?? message.text, 'en') }
    : { voice, lines: linesOf(message, message.text, message.language) }
}

function linesOf(message: Message | PasscodeMessage, text: string, language: Language): readonly string[] {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const passcode = passcodeIn(message)
  if (passcode === null) return [line]
  const digits = oneByOne(passcode)
  // The letters before the code pair message and screen; a voice spells them too.
  const spelled = line.replace(
    new RegExp(`(?:\\b([A-Z]{4})-)?${passcode}`),
    (_match, letters: string | undefined) =>
      letters === undefined ? digits : `${oneByOne(letters)}: ${digits}`,
  )
  return [spelled, textsIn(language).text('spoken.again', { digits })]
}

function oneByOne(text: string): string {
  return text.split('').join(', ')
}
