import type { Channel } from '../../shared/model/sender.ts'
import type { Message } from '../senders/messages.ts'
import { textsIn, type Texts } from './texts.ts'

/** Of a name in a text message or a call. Unicode has 70 characters a message, and every one of them costs. */
const shownOnPhones = 30

/**
 * What a message says, and for a call also in English, for a voice that does not speak the language.
 *
 * @param write gets the texts, and how names are shown on this channel: in full in a mail, shortened on a phone
 */
export function contentOf(
  texts: Texts,
  channel: Channel,
  write: (texts: Texts, shown: (name: string) => string) => string,
): Pick<Message, 'text' | 'language' | 'inEnglish'> {
  const shown = channel === 'email' ? (name: string) => name : shortened
  const isSpokenElse = channel === 'voice' && texts.language !== 'en'
  return {
    text: write(texts, shown),
    language: texts.language,
    ...(isSpokenElse ? { inEnglish: write(textsIn('en'), shown) } : {}),
  }
}

/** Three dots, not an ellipsis, which would make the whole text message Unicode. */
function shortened(name: string): string {
  const characters = Array.from(name)
  return characters.length <= shownOnPhones ? name : `${characters.slice(0, shownOnPhones - 3).join('')}...`
}
