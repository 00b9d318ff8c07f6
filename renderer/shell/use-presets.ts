import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { useServices } from '../client/services.tsx'
import { hasChosenLanguage, showLanguage } from '../locale/i18n.ts'

/** Where Mantine remembers what a person chose. */
const themeStoredUnder = 'mantine-color-scheme-value'

/** Shows the administrator's language and theme to whoever chose none, without remembering them as a choice. */
export function usePresets(status: AppStatus | undefined): void {
  const { i18n } = useTranslation()
  const { host } = useServices()
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const language = status?.installation.language ?? null
  const theme = status?.installation.theme ?? null

  useEffect(() => {
    if (language === null || hasChosenLanguage()) return
    void showLanguage(i18n, language)
    void host.setLanguage?.(language)
  }, [language, i18n, host])

  useEffect(() => {
    if (theme === null || localStorage.getItem(themeStoredUnder) !== null) return
    setColorScheme(theme === 'system' ? 'auto' : theme)
    localStorage.removeItem(themeStoredUnder)
    void host.setTheme?.(theme)
    // Mantine makes that function anew with each drawing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [theme, host])
}
