import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAct } from '../client/use-act.ts'
import { Section } from '../parts/page.tsx'
import { go } from '../router/use-route.ts'

/** Brings the first steps back for somebody who skipped them, or who shows the program to another. */
export function FirstStepsSection() {
  const { t } = useTranslation()
  const show = useAct('app.showFirstSteps', {
    changes: ['app.status'],
    onDone: () => go({ screen: 'home' }),
  })
  return (
    <Section
      title={t('firstSteps.title')}
      text={t('firstSteps.text')}
      actions={
        <Button variant="default" loading={show.isPending} onClick={() => show.mutate({ areShown: true })}>
          {t('firstSteps.again')}
        </Button>
      }
    >
      {null}
    </Section>
  )
}
