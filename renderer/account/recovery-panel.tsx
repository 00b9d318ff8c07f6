import { Button, Text } from '@mantine/core'
import { IconPhoneCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountRecovery } from '../../shared/model/recovery.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { ContactDialog } from './set-contact.tsx'

const hourMs = 3_600_000

/** What brings its owner back: the recovery phone, and the mail address for a forgotten password. */
export function RecoveryPanel() {
  const { t } = useTranslation()
  const formats = useFormats()
  const query = useAsk('recovery.get', {})
  const [contact, setContact] = useState<'recovery-phone' | 'email' | null>(null)
  return (
    <Asked query={query}>
      {({ recovery }) => (
        <>
          <Section
            title={t('recovery.title')}
            text={t('recovery.text', { time: formats.duration(recovery.waitHours * hourMs) })}
            actions={
              recovery.isAllowed && (
                <Button variant="default" onClick={() => setContact('recovery-phone')}>
                  {t(recovery.recoveryPhone === null ? 'recovery.add' : 'recovery.replace')}
                </Button>
              )
            }
          >
            <RecoveryPhone recovery={recovery} />
          </Section>
          <Section
            title={t('email.title')}
            text={t('email.text')}
            actions={
              <Button variant="default" onClick={() => setContact('email')}>
                {t(recovery.maskedEmail === null ? 'email.add' : 'email.change')}
              </Button>
            }
          >
            {recovery.maskedEmail === null ? (
              <Text c="dimmed">{t('email.none')}</Text>
            ) : (
              <Text fw={600} size="sm" dir="ltr" className="hf-start-text">
                {recovery.maskedEmail}
              </Text>
            )}
          </Section>
          <ContactDialog contact={contact} onClose={() => setContact(null)} />
        </>
      )}
    </Asked>
  )
}

function RecoveryPhone({ recovery }: { recovery: AccountRecovery }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const remove = useAct('recovery.removePhone', { changes: ['recovery.get'] })
  const error = shownError(remove.error)
  const { recoveryPhone } = recovery
  if (recoveryPhone === null) {
    return <Text c="dimmed">{t(recovery.isAllowed ? 'recovery.none' : 'recovery.notAllowed')}</Text>
  }
  return (
    <ul className="hf-list">
      <li>
        <span className="hf-row-icon">
          <IconPhoneCheck size={20} stroke={1.6} aria-hidden />
        </span>
        <div className="hf-grow">
          <Text fw={600} size="sm" dir="ltr" className="hf-figures hf-start-text">
            {recoveryPhone.maskedDestination}
          </Text>
          <Text size="sm" c="dimmed">
            {t('factors.added', { date: formats.date(recoveryPhone.addedAt) })}
          </Text>
        </div>
        <ConfirmButton
          label={t('common.remove')}
          ariaLabel={t('recovery.remove')}
          title={t('recovery.removeTitle')}
          text={t('recovery.removeText')}
          confirmLabel={t('common.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({})}
        />
        {error !== null && <ProblemNote error={error} />}
      </li>
    </ul>
  )
}
