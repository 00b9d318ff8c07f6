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
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '')

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
    expect([...texts].flatMap(([key, text]) => wrongPlaceholders(key, text))).toEqual([])
  })

  it('says what happened and what to do for every error code', () => {
    const wanted = errorCodes.flatMap((code) => [`errors.${code}.title`, `errors.${code}.text`])
    expect(wanted.filter((key) => !texts.has(key))).toEqual([])
  })
})

/** In plural forms the number itself may be left out: one, two and none are often words. */
function wrongPlaceholders(key: string, text: string): string[] {
  const original = english.get(key) ?? english.get(`${key.replace(pluralPattern, '')}_other`) ?? ''
  const allowed = placeholders(original)
  const used = placeholders(text)
  const mayMiss = pluralPattern.test(key) ? ['count'] : []
  return [
    ...used.filter((name) => !allowed.includes(name)).map((name) => `${key}: ${name} is not known`),
    ...allowed
      .filter((name) => !used.includes(name) && !mayMiss.includes(name))
      .map((name) => `${key}: ${name} is missing`),
  ]
}

describe.each(languages.filter((language) => language !== 'en'))('the %s catalogue', (language) => {
  it('is translated', () => {
    const words = (text: string) => text.replaceAll(/\{\{\w+\}\}/g, '')
    const same = [...textsOf(language)].filter(
      ([key, text]) => words(text).length > 24 && english.get(key) === text,
    )
    expect(same).toEqual([])
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
