import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from '../locales/en.json'
import { directionOf, languageFor, languages, type Catalogue, type Language } from './languages.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Catalogue }
    returnNull: false
  }
}

const storedUnder = 'holdfast.language'

/** English is in the build's first part; the others are fetched when somebody wants them. */
const catalogues: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ default: unknown }>>> = {
  de: () => import('../locales/de.json'),
  fr: () => import('../locales/fr.json'),
  es: () => import('../locales/es.json'),
  'pt-BR': () => import('../locales/pt-BR.json'),
  ja: () => import('../locales/ja.json'),
  'zh-CN': () => import('../locales/zh-CN.json'),
  ar: () => import('../locales/ar.json'),
}

export function hasChosenLanguage(): boolean {
  return localStorage.getItem(storedUnder) !== null
}

/** Translations that start in the language the person chose, else in the first one of theirs that exists. */
export async function createTranslations(): Promise<i18n> {
  const chosen = localStorage.getItem(storedUnder)
  const translations = i18next.createInstance()
  await translations.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    supportedLngs: [...languages],
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  await showLanguage(translations, languageFor(chosen === null ? navigator.languages : [chosen]))
  return translations
}

/** Changes the language of everything on the screen and remembers it. */
export async function chooseLanguage(translations: i18n, language: Language): Promise<void> {
  localStorage.setItem(storedUnder, language)
  await showLanguage(translations, language)
}

/** Changes the language of everything on the screen. */
export async function showLanguage(translations: i18n, language: Language): Promise<void> {
  if (language !== 'en' && !translations.hasResourceBundle(language, 'translation')) {
    const catalogue = await catalogues[language]()
    translations.addResourceBundle(language, 'translation', catalogue.default)
  }
  await translations.changeLanguage(language)
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
}

export function languageOf(translations: i18n): Language {
  return languageFor([translations.language])
}
