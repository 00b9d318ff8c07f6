import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { shownError, useAct } from '../client/use-act.ts'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { NewPasswordFields } from '../sign-in/change-password.tsx'
import { passwordVisibility } from '../sign-in/password-visibility.ts'

export function PasswordPanel() {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const change = useAct('account.changePassword', {
    changes: ['sessions.list'],
    onDone: () => {
      setCurrent('')
      setPassword('')
      setRepeated('')
    },
  })
  const error = shownError(change.error)
  const isReady = current !== '' && password.length >= 8 && password === repeated
  return (
    <Section title={t('password.title')} text={t('password.text')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) change.mutate({ currentPassword: current, newPassword: password })
        }}
      >
        <Stack gap="md" maw={420}>
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={passwordVisibility(t)}
          />
          <NewPasswordFields
            password={password}
            repeated={repeated}
            onPassword={setPassword}
            onRepeated={setRepeated}
          />
          {error !== null && <ProblemNote error={error} />}
          {change.data !== undefined && current === '' && (
            <Text role="status" className="hf-note">
              {t('password.changed')}
            </Text>
          )}
          <Button type="submit" className="hf-start" loading={change.isPending} disabled={!isReady}>
            {t('password.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}
