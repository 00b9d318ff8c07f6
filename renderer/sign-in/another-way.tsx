import { Anchor } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { StepProps } from './step-flow.tsx'

/** Leads back to the list of methods. */
export function AnotherWay({ send }: Pick<StepProps, 'send'>) {
  const { t } = useTranslation()
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => send('transaction.chooseAnother', {})}>
      {t('code.another')}
    </Anchor>
  )
}
