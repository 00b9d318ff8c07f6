import { describe, expect, it } from 'vitest'
import { passkeyPage, passkeyPagePolicy } from './page-html.ts'
import { pageLanguage, wordsOf } from './page-language.ts'
import { pageWords, type PageLanguage } from './page-words.ts'

const languages = Object.keys(pageWords) as PageLanguage[]

describe('the language of the page', () => {
  it.each([
    [undefined, undefined, 'en'],
    [undefined, 'de-AT,de;q=0.9,en;q=0.8', 'de'],
    [undefined, 'en;q=0.2, fr;q=0.7', 'fr'],
    [undefined, 'pt', 'pt-BR'],
    [undefined, 'zh-Hant-TW', 'zh-CN'],
    [undefined, 'sv, ja;q=0.1', 'ja'],
    [undefined, 'sv, de;q=0', 'en'],
    ['ar', 'de', 'ar'],
    ['pt-br', 'de', 'pt-BR'],
    ['xx', 'es', 'es'],
    ['"><script>', 'x;q=y,,;', 'en'],
  ] as const)('asked for %s and accepting %s is %s', (asked, accepted, language) => {
    expect(pageLanguage(asked, accepted)).toBe(language)
  })
})

describe('the page', () => {
  it('says everything in every language, each in its own words', () => {
    const english = wordsOf('en')
    for (const language of languages.filter((each) => each !== 'en')) {
      const words = wordsOf(language)
      expect(Object.keys(words), language).toEqual(Object.keys(english))
      const copied = Object.keys(words).filter(
        (key) => words[key as keyof typeof words] === english[key as keyof typeof words],
      )
      // Words that are the same in a language, such as "Code" in German, are few.
      expect(copied.length, `${language}: ${copied.join(', ')}`).toBeLessThan(5)
    }
  })

  it('has no words that could end its data or become markup', () => {
    const words = { ...wordsOf('en'), account: '</script><b>"&' }
    const page = passkeyPage('en', words)
    expect(page).not.toContain('</script><b>')
    expect(page).toContain('&lt;/script&gt;&lt;b&gt;&quot;&amp;')
  })

  it('permits one script and one style by their hashes, and nothing inline beside them', () => {
    expect(passkeyPagePolicy.match(/'sha256-[A-Za-z0-9+/=]{44}'/g)).toHaveLength(2)
    const page = passkeyPage('ar', wordsOf('ar'))
    expect(page).toContain('dir="rtl"')
    expect(page).not.toMatch(/ on[a-z]+=|style="|https?:\/\/(?!127\.0\.0\.1)/)
  })
})
