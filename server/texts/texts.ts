import i18next from 'i18next'
import { languages, type Language } from '../../shared/model/language.ts'
import { ar } from './ar.ts'
import type { Catalogue, TextKey, ValuesOf } from './catalogue.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { ptBr } from './pt-br.ts'
import { zhCn } from './zh-cn.ts'

/** What the server says to people, in one language. */
export interface Texts {
  readonly language: Language
  /**
   * A text with its values. A value is no more than a piece of one line: it loses control characters, and where it
   * could turn the direction of its surroundings it stands between isolates (UAX #9).
   */
  readonly text: <K extends TextKey>(key: K, ...values: ValuesOf<K>) => string
  /** A moment to the minute, in UTC, which is named: nobody's time zone is known here. */
  readonly at: (ms: number) => string
}

export const catalogues: Readonly<Record<Language, Catalogue>> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-CN': zhCn,
  ar,
}

const all = new Map(languages.map((language) => [language, open(language, catalogues[language])]))

export function textsIn(language: Language): Texts {
  const texts = all.get(language)
  if (texts === undefined) throw new Error(`There are no texts in ${language}.`)
  return texts
}

function open(language: Language, catalogue: Catalogue): Texts {
  const translations = i18next.createInstance()
  void translations.init({
    lng: language,
    // Better English than a key, should a form of a counted text be missing.
    fallbackLng: 'en',
    resources: { en: { translation: en }, [language]: { translation: catalogue } },
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escape: (value: string) => isolated(value, language) },
  })
  const translate = translations.getFixedT(language)
  const time = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  })
  return {
    language,
    text: (key: string, ...[values]: [values?: object]) => translate(key, { ...values }),
    at: (ms) => time.format(ms),
  }
}

/** Of right-to-left scripts, from Hebrew to Arabic with its presentation forms. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/

function isolated(value: string, language: Language): string {
  const plain = value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return language === 'ar' || rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain
}
