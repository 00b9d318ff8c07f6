import { Button, Group, Select, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useServices } from '../client/services.tsx'
import { languageOf } from '../locale/i18n.ts'
import { languageNames, languages, type Language } from '../locale/languages.ts'
import { useLanguageChoice } from '../locale/use-language-choice.ts'
import { ProblemNote } from '../parts/problem-note.tsx'

/** The language of the window, and of the messages that the server sends to its user. */
export function LanguageSetting() {
  const { t, i18n } = useTranslation()
  const { api } = useServices()
  const queries = useQueryClient()
  const choose = useLanguageChoice()
  const shown = languageOf(i18n)

  const change = async (language: Language) => {
    choose(language)
    // Messages follow at once where the session is fresh. Elsewhere nobody is asked for a code just for looking at
    // the window in another language: what is still different is said below, with the way to change it.
    const reply = await api.request('account.setLanguage', { language })
    if (reply.ok) await queries.invalidateQueries({ queryKey: ['account.me'] })
  }

  return (
    <div>
      <Select
        label={t('settings.language')}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
        value={shown}
        allowDeselect={false}
        maw={320}
        onChange={(value) => {
          const chosen = languages.find((each) => each === value)
          if (chosen !== undefined) void change(chosen)
        }}
      />
      <MessageLanguage shown={shown} />
    </div>
  )
}

function MessageLanguage({ shown }: { shown: Language }) {
  const { t } = useTranslation()
  const me = useAsk('account.me', {})
  const act = useAct('account.setLanguage', { changes: ['account.me'] })
  const error = shownError(act.error)
  if (me.data === undefined) return null
  const { language } = me.data
  if (language === shown) {
    return (
      <Text size="sm" c="dimmed" mt={6}>
        {t('settings.messagesSame')}
      </Text>
    )
  }
  return (
    <>
      <Group gap="sm" mt={6}>
        <Text size="sm" c="dimmed">
          {language === null
            ? t('settings.messagesDefault')
            : t('settings.messagesOther', { language: languageNames[language] })}
        </Text>
        <Button
          variant="default"
          size="compact-sm"
          loading={act.isPending}
          onClick={() => act.mutate({ language: shown })}
        >
          {t('settings.messagesChange', { language: languageNames[shown] })}
        </Button>
      </Group>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}
