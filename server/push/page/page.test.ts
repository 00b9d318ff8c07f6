import { describe, expect, it } from 'vitest'
import type { PageLanguage } from '../../passkeys/page/page-words.ts'
import { authenticatorPage, authenticatorPolicy } from './page-html.ts'
import { authenticatorWords, ownWords } from './page-words.ts'
import { manifest, workerScript } from './worker.ts'

const languages = Object.keys(ownWords) as PageLanguage[]

describe('the authenticator’s page', () => {
  it('says everything in every language, each in its own words', () => {
    for (const language of languages.filter((each) => each !== 'en')) {
      const copied = Object.entries(ownWords[language]).filter(
        ([key, words]) => words === ownWords.en[key as keyof typeof ownWords.en],
      )
      expect(copied, language).toEqual([])
    }
  })

  it('keeps what is filled in in every language', () => {
    for (const language of languages) expect(ownWords[language].unpairAsk, language).toContain('{account}')
  })

  it('has no words that could end its data or become markup', () => {
    const words = { ...authenticatorWords('en'), account: '</script><b>"&' }
    const page = authenticatorPage('en', words)
    expect(page).not.toContain('</script><b>')
    expect(page).toContain('&lt;/script&gt;&lt;b&gt;&quot;&amp;')
  })

  it('permits one script and one style by their hashes, and nothing of another origin', () => {
    expect(authenticatorPolicy.match(/'sha256-[A-Za-z0-9+/=]{44}'/g)).toHaveLength(2)
    expect(authenticatorPolicy).toContain("require-trusted-types-for 'script'")
    expect(authenticatorPolicy).not.toContain('unsafe')
    const page = authenticatorPage('ar', authenticatorWords('ar'))
    expect(page).toContain('dir="rtl"')
    expect(page).not.toMatch(/ on[a-z]+=|style="|https?:\/\/|innerHTML/)
  })
})

describe('its worker', () => {
  it('shows its own words and never what a message carries', () => {
    const script = workerScript('Holdfast', 'A "request" waits')
    expect(script).toContain('body: "A \\"request\\" waits"')
    expect(script).not.toMatch(/event\.data|fetch|cache/)
  })

  it('belongs to an app that is installed for this page alone', () => {
    expect(manifest('Holdfast', 'ar')).toMatchObject({
      start_url: '/authenticator',
      scope: '/authenticator',
      dir: 'rtl',
    })
  })
})
