import type { PageWords } from './page-word-keys.ts'
import { pageWords, type PageLanguage } from './page-words.ts'

const languages = Object.keys(pageWords) as readonly PageLanguage[]

/**
 * The language of the page: the asked one, else the first of `Accept-Language` (RFC 9110 12.5.4) that the page
 * speaks, else English. `de-AT` is served by `de`, `pt` by `pt-BR`, `zh-Hant` by `zh-CN`.
 */
export function pageLanguage(asked: string | undefined, accepted: string | undefined): PageLanguage {
  const wanted = (accepted ?? '')
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters
        .map((each) => /^\s*q=([\d.]+)$/.exec(each)?.[1])
        .find((each) => each !== undefined)
      return { tag, quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
  for (const tag of asked === undefined ? wanted : [asked, ...wanted]) {
    const found = spoken(tag)
    if (found !== undefined) return found
  }
  return 'en'
}

function spoken(tag: string): PageLanguage | undefined {
  const same = languages.find((each) => each.toLowerCase() === tag.toLowerCase())
  if (same !== undefined) return same
  const main = tag.split('-')[0]?.toLowerCase()
  return main === undefined || main === '' ? undefined : languages.find((each) => each.split('-')[0] === main)
}

export function wordsOf(language: PageLanguage): PageWords {
  return pageWords[language]
}
