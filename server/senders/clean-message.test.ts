import { describe, expect, it } from 'vitest'
import { cleanMessage } from './clean-message.ts'

/** A text and a subject as they leave the last gate. */
function cleaned(text: string) {
  return cleanMessage({ channel: 'email', to: 'anna@example.org', subject: text, text, language: 'ar' })
}

describe('a control of direction in a message', () => {
  it.each([
    ['stays where it isolates a value', 'رمز \u2068anna\u2069.', 'رمز \u2068anna\u2069.'],
    ['goes where it is not closed', 'a \u2068b', 'a  b'],
    ['goes where it closes nothing', 'a \u2069b', 'a  b'],
    ['goes where it stands inside of an isolate', '\u2068a \u202eb\u2069', '\u2068a  b\u2069'],
    [
      'goes where it would reach outside of an inner isolate',
      '\u2068a \u2068b\u2069 c\u2069',
      'a \u2068b\u2069 c',
    ],
    ['goes where it would reach over a line', '\u2068a\nb\u2069', 'a\nb'],
    ['goes where it is of another kind', '\u2067a\u2069 \u202bb\u202c', 'a   b'],
  ])('%s', (_rule, text, left) => {
    expect(cleaned(text)).toMatchObject({ text: left, subject: left.replaceAll('\n', ' ') })
  })

  it('is treated the same in the English that a call falls back to', () => {
    const call = { channel: 'voice', to: '+4915112345678', text: 'x', language: 'ar' } as const
    expect(cleanMessage({ ...call, inEnglish: 'a\u202e \u2068b\u2069\u2066' }).inEnglish).toBe(
      'a  \u2068b\u2069',
    )
  })
})
