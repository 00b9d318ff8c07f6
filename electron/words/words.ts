import type { Language } from '../host/host-contract.ts'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { ptBr } from './pt-br.ts'
import { zhCn } from './zh-cn.ts'

/** What menus, tray, dialogs and notifications say; a catalogue that lacks a word does not compile. */
export type Words = { readonly [W in keyof typeof en]: string }

const catalogues: Readonly<Record<Language, Words>> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-CN': zhCn,
  ar,
}

export const languages = Object.keys(catalogues) as readonly Language[]

export function wordsOf(language: Language): Words {
  return catalogues[language]
}

/** The chosen language, else the first of the system's that we speak, else English. */
export function languageFor(chosen: Language | null, systemLanguages: readonly string[]): Language {
  if (chosen !== null) return chosen
  for (const wanted of systemLanguages) {
    const exact = languages.find((each) => each.toLowerCase() === wanted.toLowerCase())
    if (exact !== undefined) return exact
    const [base] = wanted.toLowerCase().split('-')
    const near = languages.find((each) => each.toLowerCase().split('-')[0] === base)
    // Traditional characters are not simplified ones.
    if (near !== undefined && !/^zh-(hant|tw|hk|mo)/i.test(wanted)) return near
  }
  return 'en'
}

/** Puts values in the place of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all)
}
