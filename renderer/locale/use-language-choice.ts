import { useTranslation } from 'react-i18next'
import { useServices } from '../client/services.tsx'
import { chooseLanguage } from './i18n.ts'
import type { Language } from './languages.ts'

/** Changes the language of the page and of the program around it. */
export function useLanguageChoice(): (language: Language) => void {
  const { i18n } = useTranslation()
  const { host } = useServices()
  return (language) => {
    void chooseLanguage(i18n, language)
    void host.setLanguage?.(language)
  }
}
