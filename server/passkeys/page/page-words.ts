import { ar } from './words/ar.ts'
import { de } from './words/de.ts'
import { en } from './words/en.ts'
import { es } from './words/es.ts'
import { fr } from './words/fr.ts'
import { ja } from './words/ja.ts'
import { ptBr } from './words/pt-br.ts'
import { zhCn } from './words/zh-cn.ts'

/** The page in every language of the interface (BCP 47). */
export const pageWords = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-CN': zhCn,
  ar,
} as const

export type PageLanguage = keyof typeof pageWords
