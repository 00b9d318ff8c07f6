import type en from '../locales/en.json'

export type Catalogue = typeof en

export const languages = ['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-CN', 'ar'] as const
export type Language = (typeof languages)[number]

/** Each language's name in itself. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ja: '日本語',
  'zh-CN': '简体中文',
  ar: 'العربية',
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}

/** The first of the wanted languages that there is a catalogue for; English when there is none. */
export function languageFor(wanted: readonly string[]): Language {
  for (const each of wanted) {
    const exact = languages.find((language) => language.toLowerCase() === each.toLowerCase())
    if (exact !== undefined) return exact
    const base = each.split('-')[0]?.toLowerCase()
    const near = languages.find((language) => language.split('-')[0] === base)
    if (near !== undefined) return near
  }
  return 'en'
}
