import { SegmentedControl, Switch, Text, useMantineColorScheme } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { useServices } from '../client/services.tsx'
import { Page, Section } from '../parts/page.tsx'
import { mayChangeProxy } from '../server/proxy-form.ts'
import { FirstStepsSection } from './first-steps-section.tsx'
import { LanguageSetting } from './language-setting.tsx'
import { DoctorSection } from './doctor-section.tsx'
import { ProxySection } from './proxy-section.tsx'
import { SecretStoreSection } from './secret-store-section.tsx'
import { WindowSection } from './window-section.tsx'

const themes = ['auto', 'light', 'dark'] as const

export function SettingsScreen({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const { host } = useServices()
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return (
    <Page title={t('settings.title')}>
      <Section title={t('settings.look')}>
        <div>
          <Text size="sm" fw={500} mb={6} id="theme-label">
            {t('settings.theme')}
          </Text>
          <SegmentedControl
            aria-labelledby="theme-label"
            data={themes.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
            value={colorScheme}
            onChange={(value) => {
              const chosen = themes.find((each) => each === value) ?? 'auto'
              setColorScheme(chosen)
              void host.setTheme?.(chosen === 'auto' ? 'system' : chosen)
            }}
          />
        </div>
        <LanguageSetting />
        {host.loginItem !== undefined && (
          <LoginItem loginItem={host.loginItem} isFixed={status.installation.startsAtSignIn} />
        )}
      </Section>
      {host.windowSettings !== undefined && <WindowSection windowSettings={host.windowSettings} />}
      <Section title={t('settings.server')} text={t('settings.serverText')}>
        <dl className="hf-review">
          <div>
            <dt>{t('signIn.server')}</dt>
            <dd className="hf-wrap" dir="ltr">
              {status.server?.address ?? '–'}
            </dd>
          </div>
          {status.server !== null && status.server.caFile !== null && (
            <div>
              <dt>{t('signIn.caFile')}</dt>
              <dd className="hf-wrap" dir="ltr">
                {status.server.caFile}
              </dd>
            </div>
          )}
        </dl>
        {status.server?.allowInsecure === true && (
          <Text size="sm" className="hf-note hf-note-warn">
            {t('signIn.insecureText')}
          </Text>
        )}
      </Section>
      {status.server !== null && mayChangeProxy(status) && (
        <ProxySection status={status} server={status.server} />
      )}
      <SecretStoreSection status={status} />
      <DoctorSection />
      <FirstStepsSection />
    </Page>
  )
}

interface LoginItemProps {
  readonly loginItem: { readonly get: () => Promise<boolean>; readonly set: (on: boolean) => Promise<void> }
  readonly isFixed: boolean
}

function LoginItem({ loginItem, isFixed }: LoginItemProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const query = useQuery({ queryKey: ['host.loginItem'], queryFn: () => loginItem.get() })
  return (
    <Switch
      label={t('settings.startAtLogin')}
      description={isFixed ? t('proxy.fixed') : t('settings.startAtLoginText')}
      checked={query.data ?? false}
      disabled={query.data === undefined || isFixed}
      onChange={(event) =>
        void loginItem
          .set(event.currentTarget.checked)
          .then(() => queries.invalidateQueries({ queryKey: ['host.loginItem'] }))
      }
    />
  )
}
