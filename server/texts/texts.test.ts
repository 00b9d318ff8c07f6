import { describe, expect, it } from 'vitest'
import { languages } from '../../shared/model/language.ts'
import { pluralForms } from './catalogue.ts'
import { en } from './en.ts'
import { catalogues, textsIn } from './texts.ts'

const pluralForm = new RegExp(`_(${pluralForms.join('|')})$`)
const english = new Map<string, string>(Object.entries(en))
const plain = [...english.keys()].filter((key) => !pluralForm.test(key))
const counted = [...english.keys()].filter((key) => key.endsWith('_other')).map((key) => key.slice(0, -6))
const sorted = (names: readonly string[]) => names.toSorted((a, b) => a.localeCompare(b))
/** With the mark of what is put in as it is, and the format of a number. */
const placeholders = (text: string) =>
  sorted([...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, inside]) => inside ?? ''))

describe.each(languages)('the texts in %s', (language) => {
  const texts = new Map<string, string>(Object.entries(catalogues[language]))
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories

  it('are all there, in every plural form of the language', () => {
    const wanted = [...plain, ...counted.flatMap((stem) => categories.map((form) => `${stem}_${form}`))]
    expect(wanted.filter((key) => !texts.has(key))).toEqual([])
  })

  it('take the values of the English ones, in the same way', () => {
    const wrong = [...texts].filter(([key, text]) => {
      const original = english.get(key) ?? english.get(key.replace(pluralForm, '_other')) ?? text
      const mayMiss = pluralForm.test(key) ? ['count'] : []
      const [wanted, given] = [placeholders(original), placeholders(text)]
      const isSame = String(wanted) === String(given)
      return !isSame && String(wanted.filter((name) => !mayMiss.includes(name))) !== String(given)
    })
    expect(wrong).toEqual([])
  })
})

describe('a value in a text', () => {
  const { text } = textsIn('en')
  const notice = (name: string) => text('notice.switched-off', { name })

  it('is put in as it is, whatever a template or a pattern would make of it', () => {
    for (const name of ['$t(notice.subject)', '{{server}}', '$&', "O'Hara & <b>", '𠮷田']) {
      expect(notice(name)).toBe(`The second factor of "${name}" was switched off.`)
    }
  })

  it('loses line breaks and controls, those of direction too', () => {
    expect(notice('an\r\nna\u202e\u2066x\u2028y')).toBe('The second factor of "an na x y" was switched off.')
  })

  it('of a right-to-left script stands between isolates', () => {
    expect(notice('سارة')).toBe('The second factor of "\u2068سارة\u2069" was switched off.')
  })
})

it('a moment is told to the minute, with its time zone', () => {
  expect(textsIn('en').at(Date.UTC(2026, 10, 25, 8, 4, 59))).toBe('Nov 25, 2026, 08:04 UTC')
})
