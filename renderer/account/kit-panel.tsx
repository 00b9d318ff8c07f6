import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus, RecoveryKit } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { KitStep } from '../kit/kit-step.tsx'
import { KitView } from '../kit/kit-view.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf } from '../router/route.ts'

/** The paper that gets the data back when the computer is gone. */
export function KitPanel({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const [kit, setKit] = useState<RecoveryKit | null>(null)
  const [isMaking, setMaking] = useState(false)
  const show = useAct('kit.export', { onDone: (output) => setKit(output.kit) })
  const error = shownError(show.error)
  const isConfirmed = status.key?.isKitConfirmed === true
  return (
    <Section title={t('kit.title')} text={t('kit.text')}>
      {error !== null && <ProblemNote error={error} />}
      {kit !== null ? (
        <>
          <KitView kit={kit} />
          <Button variant="default" className="hf-start" onClick={() => setKit(null)}>
            {t('kit.hide')}
          </Button>
        </>
      ) : isMaking ? (
        <KitStep onConfirmed={() => setMaking(false)} />
      ) : isConfirmed ? (
        <>
          <Text className="hf-note">{t('kit.done')}</Text>
          <Button
            variant="default"
            className="hf-start"
            loading={show.isPending}
            onClick={() => show.mutate({})}
          >
            {t('kit.show')}
          </Button>
        </>
      ) : (
        <>
          <Text className="hf-note hf-note-warn">{t('kit.missing')}</Text>
          <div className="hf-actions">
            <Button onClick={() => setMaking(true)}>{t('kit.make')}</Button>
            <Button component="a" href={hashOf({ screen: 'recover' })} variant="default">
              {t('home.recover')}
            </Button>
          </div>
        </>
      )}
    </Section>
  )
}
