import { textsIn } from '../texts/texts.ts'
import type { Message, PasscodeMessage } from './messages.ts'
import { passcodeIn } from './provider.ts'

/** What a voice reads out: the text with its passcode digit by digit, twice, so that it can be written down. */
export function spokenText(
  message: Message | PasscodeMessage,
): readonly [string, string] | readonly [string] {
  const line = message.text.replaceAll(/\s+/g, ' ').trim()
  const passcode = passcodeIn(message)
  if (passcode === null) return [line]
  const digits = oneByOne(passcode)
  // The letters before the code pair message and screen; a voice spells them too.
  const spelled = line.replace(
    new RegExp(`(?:\\b([A-Z]{4})-)?${passcode}`),
    (_match, letters: string | undefined) =>
      letters === undefined ? digits : `${oneByOne(letters)}: ${digits}`,
  )
  return [spelled, textsIn(message.language).text('spoken.again', { digits })]
}

function oneByOne(text: string): string {
  return text.split('').join(', ')
}
