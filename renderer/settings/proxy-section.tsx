import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { ProxyFields } from '../server/proxy-fields.tsx'
import { isOtherProxy, isWholeProxy, proxyChoiceOf, proxyFormOf } from '../server/proxy-form.ts'

interface ProxySectionProps {
  readonly status: AppStatus
  readonly server: NonNullable<AppStatus['server']>
}

/** The way to the server; a change counts only when the server answers that way. */
export function ProxySection({ status, server }: ProxySectionProps) {
  const { t } = useTranslation()
  const { proxy } = status
  const [form, setForm] = useState(() => proxyFormOf(proxy))
  const connect = useAct('server.connect', {
    changes: ['app.status'],
    onDone: () => setForm((now) => ({ ...now, password: '' })),
  })
  const error = shownError(connect.error)
  const isOther = isOtherProxy(form, proxy)
  return (
    <Section title={t('proxy.title')} text={t('proxy.text')}>
      <Text size="sm" role="status">
        {proxy.inUse === null ? t('proxy.direct') : t('proxy.inUse', { proxy: proxy.inUse })}
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isOther && isWholeProxy(form)) connect.mutate({ ...server, proxy: proxyChoiceOf(form) })
        }}
      >
        <ProxyFields status={status} value={form} onChange={setForm} />
        {error !== null && <ProblemNote error={error} />}
        {connect.isSuccess && !isOther && (
          <Text size="sm" className="hf-note">
            {t('proxy.saved')}
          </Text>
        )}
        <Button
          type="submit"
          variant="default"
          mt="sm"
          loading={connect.isPending}
          disabled={!isOther || !isWholeProxy(form)}
        >
          {t('proxy.save')}
        </Button>
      </form>
    </Section>
  )
}
