import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../shared/errors.ts'
import { languageFor, languages } from './languages.ts'

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'locales')

/** All texts of a catalogue by their path. */
function textsOf(language: string): Map<string, string> {
  const texts = new Map<string, string>()
  const walk = (value: unknown, at: string) => {
    if (typeof value === 'string') texts.set(at, value)
    else
      for (const [key, inner] of Object.entries(value as object))
        walk(inner, at === '' ? key : `${at}.${key}`)
  }
  walk(JSON.parse(readFileSync(path.join(folder, `${language}.json`), 'utf8')), '')
  return texts
}

const pluralPattern = /_(zero|one|two|few|many|other)$/
const english = textsOf('en')
const plain = [...english.keys()].filter((key) => !pluralPattern.test(key))
const counted = [
  ...new Set(
    [...english.keys()].filter((key) => pluralPattern.test(key)).map((key) => key.replace(pluralPattern, '')),
  ),
]
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe.each(languages)('the %s catalogue', (language) => {
  const texts = textsOf(language)
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories

  it('has every text, in every plural form of the language, and no other', () => {
    const wanted = [...plain, ...counted.flatMap((key) => categories.map((category) => `${key}_${category}`))]
    expect([...texts.keys()].sort()).toEqual(wanted.sort())
  })

  it('has no empty text', () => {
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('uses the placeholders of the English text', () => {
    for (const [key, text] of texts) {
      const base = key.replace(pluralPattern, '')
      const original = english.get(key) ?? english.get(`${base}_other`) ?? ''
      const used = placeholders(text)
      if (!pluralPattern.test(key)) expect([key, used]).toEqual([key, placeholders(original)])
      // One, two and none may be words instead of a number.
      else {
        const allowed = new Set(placeholders(original))
        expect([key, used.filter((name) => !allowed.has(name))]).toEqual([key, []])
        const needed = [...allowed].filter((name) => name !== 'count')
        expect([key, needed.filter((name) => !used.includes(name))]).toEqual([key, []])
      }
    }
  })

  it.skipIf(language === 'en')('is translated', () => {
    const same = [...texts].filter(([key, text]) => text.length > 24 && english.get(key) === text)
    expect(same).toEqual([])
  })

  it.each(errorCodes)('says what happened and what to do for %s', (code) => {
    expect(texts.has(`errors.${code}.title`) && texts.has(`errors.${code}.text`)).toBe(true)
  })
})

describe('the language of a person', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['pt-PT'], 'pt-BR'],
    [['zh-TW', 'en'], 'zh-CN'],
    [['nl', 'fr-CA'], 'fr'],
    [['nl'], 'en'],
    [[], 'en'],
  ])('of %j is %s', (wanted, language) => expect(languageFor(wanted)).toBe(language))
})
