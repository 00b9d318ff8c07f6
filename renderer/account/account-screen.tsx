import { Tabs, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { useAsk } from '../client/use-ask.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { Page } from '../parts/page.tsx'
import { DevicesPanel } from './devices-panel.tsx'
import { FactorsPanel } from './factors-panel.tsx'
import { KitPanel } from './kit-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'
import { TrialNote } from './trial-note.tsx'

const panels = ['factors', 'devices', 'sessions', 'kit', 'password'] as const
type Panel = (typeof panels)[number]

/** Who may get in, from where, and what to do when something is lost. */
export function AccountScreen({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const [panel, setPanel] = useState<Panel>(
    status.key !== null && !status.key.isKitConfirmed ? 'kit' : 'factors',
  )
  return (
    <Page title={t('account.title')} text={<LastSignIn />}>
      <TrialNote />
      <Tabs
        value={panel}
        onChange={(value) => setPanel(panels.find((each) => each === value) ?? 'factors')}
        keepMounted={false}
      >
        <Tabs.List>
          {panels.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`account.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="factors" pt="md">
          <FactorsPanel loginName={status.loginName ?? ''} />
        </Tabs.Panel>
        <Tabs.Panel value="devices" pt="md">
          <DevicesPanel thisDeviceId={status.device?.id ?? null} />
        </Tabs.Panel>
        <Tabs.Panel value="sessions" pt="md">
          <SessionsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="kit" pt="md">
          <KitPanel status={status} />
        </Tabs.Panel>
        <Tabs.Panel value="password" pt="md">
          <PasswordPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function LastSignIn() {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const me = useAsk('account.me', {})
  if (me.data === undefined) return <Text span> </Text>
  const { displayName, loginName, lastSignIn } = me.data
  const who = displayName === '' || displayName === loginName ? loginName : `${displayName} (${loginName})`
  if (lastSignIn === null) return <>{who}</>
  return (
    <>
      {who} ·{' '}
      <span title={formats.dateTime(lastSignIn.at)}>
        {t('account.lastSignIn', {
          when: formats.relative(lastSignIn.at, nowMs),
          client: lastSignIn.clientName,
          address: lastSignIn.address,
        })}
      </span>
    </>
  )
}
