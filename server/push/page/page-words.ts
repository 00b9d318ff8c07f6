import type { PageLanguage } from '../../passkeys/page/page-words.ts'
import { wordsOf } from '../../passkeys/page/page-language.ts'
import { ar } from './words/ar.ts'
import { de } from './words/de.ts'
import { en } from './words/en.ts'
import { es } from './words/es.ts'
import { fr } from './words/fr.ts'
import { ja } from './words/ja.ts'
import { ptBr } from './words/pt-br.ts'
import { zhCn } from './words/zh-cn.ts'

export type AuthenticatorWords = Readonly<Record<keyof typeof en, string>>

/** What only the authenticator's page says (BCP 47). */
export const ownWords: Readonly<Record<PageLanguage, AuthenticatorWords>> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-CN': zhCn,
  ar,
}

/** Everything that the page says: who asks for what is said in the words of the page for passkeys. */
export function authenticatorWords(language: PageLanguage) {
  return { ...wordsOf(language), ...ownWords[language] }
}
