import { Button, PasswordInput, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote } from '../parts/problem-note.tsx'
import { passwordVisibility } from './password-visibility.ts'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

/**
 * An administrator gave the password, and the person must choose their own before anything else; or it was
 * forgotten, and who they are is proven.
 */
export function ChangePassword({ isForgotten, send, isBusy, error }: StepProps & { isForgotten: boolean }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const isLongEnough = password.length >= 8
  const isSame = password === repeated
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isLongEnough && isSame) send('transaction.changePassword', { newPassword: password })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t(isForgotten ? 'forgot.newTitle' : 'password.mustChange')}>
          {t(isForgotten ? 'forgot.newText' : 'password.mustChangeText')}
        </StepHeading>
        <NewPasswordFields
          password={password}
          repeated={repeated}
          onPassword={setPassword}
          onRepeated={setRepeated}
        />
        {error !== null && <ProblemNote error={error} />}
        <Button type="submit" size="md" loading={isBusy} disabled={!isLongEnough || !isSame}>
          {t('password.save')}
        </Button>
      </Stack>
    </form>
  )
}

interface NewPasswordFieldsProps {
  readonly password: string
  readonly repeated: string
  readonly onPassword: (password: string) => void
  readonly onRepeated: (repeated: string) => void
  /** Why the server did not take the new one. */
  readonly error?: string | undefined
}

export function NewPasswordFields({
  password,
  repeated,
  onPassword,
  onRepeated,
  error,
}: NewPasswordFieldsProps) {
  const { t } = useTranslation()
  return (
    <>
      <PasswordInput
        label={t('password.new')}
        description={t('password.rule')}
        autoComplete="new-password"
        value={password}
        maxLength={256}
        onChange={(event) => onPassword(event.currentTarget.value)}
        error={error}
        visibilityToggleButtonProps={passwordVisibility(t)}
      />
      <PasswordInput
        label={t('password.repeat')}
        autoComplete="new-password"
        value={repeated}
        maxLength={256}
        onChange={(event) => onRepeated(event.currentTarget.value)}
        error={repeated !== '' && repeated !== password ? t('password.differs') : undefined}
        visibilityToggleButtonProps={passwordVisibility(t)}
      />
    </>
  )
}
