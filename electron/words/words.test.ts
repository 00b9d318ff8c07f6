import { describe, expect, it } from 'vitest'
import { fill, languageFor, languages, wordsOf, type Words } from './words.ts'

describe('the language of menus and notifications', () => {
  it.each([
    [null, ['de-AT', 'en'], 'de'],
    [null, ['zh-CN'], 'zh-CN'],
    [null, ['zh-Hans-CN'], 'zh-CN'],
    [null, ['zh-TW', 'fr-CA'], 'fr'],
    [null, ['pt-PT'], 'pt-BR'],
    [null, ['sv', 'ar-EG'], 'ar'],
    [null, ['sv'], 'en'],
    [null, [], 'en'],
    ['ja', ['de'], 'ja'],
  ] as const)('with %s chosen on a system of %j is %s', (chosen, system, expected) => {
    expect(languageFor(chosen, system)).toBe(expected)
  })
})

describe.each(languages)('the words in %s', (language) => {
  const english = Object.entries(wordsOf('en')) as [keyof Words, string][]
  const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([all]) => all).toSorted()

  it('are none empty and keep the places for values', () => {
    for (const [name, text] of english) {
      expect(wordsOf(language)[name].trim(), name).not.toBe('')
      expect(placeholders(wordsOf(language)[name]), name).toEqual(placeholders(text))
    }
  })
})

it('values are put in their places, and a place without a value stays', () => {
  expect(fill('Next: {name}, {when}', { name: 'Photos' })).toBe('Next: Photos, {when}')
})
