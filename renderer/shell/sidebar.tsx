import { Loader, Text } from '@mantine/core'
import {
  IconHistory,
  IconHome,
  IconInfoCircle,
  IconRestore,
  IconSettings,
  IconShieldLock,
  type Icon,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../locale/formats.ts'
import { Logo } from '../parts/logo.tsx'
import { hashOf, type Route } from '../router/route.ts'
import { useRuns } from '../running/use-runs.ts'

const places = [
  { key: 'home', route: { screen: 'home' }, icon: IconHome, also: ['new-set', 'set', 'run', 'recover'] },
  { key: 'restore', route: { screen: 'restore', backupSetId: null }, icon: IconRestore, also: [] },
  { key: 'activity', route: { screen: 'activity' }, icon: IconHistory, also: [] },
  { key: 'account', route: { screen: 'account' }, icon: IconShieldLock, also: [] },
  { key: 'settings', route: { screen: 'settings' }, icon: IconSettings, also: [] },
  { key: 'about', route: { screen: 'about' }, icon: IconInfoCircle, also: [] },
] as const satisfies readonly {
  key: string
  route: Route
  icon: Icon
  also: readonly Route['screen'][]
}[]

/** The places of the program; narrow windows show their signs only, with the names for screen readers. */
export function Sidebar({ route, children }: { route: Route; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <nav className="hf-sidebar" aria-label={t('nav.label')}>
      <div className="hf-brand">
        <Logo size={30} />
        <span className="hf-wide-only">Holdfast</span>
      </div>
      <ul className="hf-nav">
        {places.map(({ key, route: to, icon: Icon, also }) => {
          const isHere = route.screen === to.screen || also.some((screen) => screen === route.screen)
          return (
            <li key={key}>
              <a
                href={hashOf(to)}
                className="hf-nav-link"
                aria-current={isHere ? 'page' : undefined}
                title={t(`nav.${key}`)}
              >
                <Icon size={20} stroke={1.7} aria-hidden />
                <span className="hf-narrow-hidden">{t(`nav.${key}`)}</span>
              </a>
            </li>
          )
        })}
      </ul>
      <RunningNow />
      <div className="hf-sidebar-foot">{children}</div>
    </nav>
  )
}

function RunningNow() {
  const { t } = useTranslation()
  const formats = useFormats()
  const { underWay } = useRuns()
  const run = underWay[0]
  if (run === undefined) return null
  const fraction = run.progress?.doneFraction ?? null
  return (
    <a
      className="hf-running-now"
      href={hashOf({ screen: 'run', jobRunId: run.jobRunId })}
      title={t(`run.now.${run.kind}`)}
    >
      <Loader size={18} aria-hidden />
      <span className="hf-narrow-hidden">
        <Text size="sm" fw={600} inherit>
          {t(`run.now.${run.kind}`)}
        </Text>
        {fraction !== null && <span className="hf-figures">{formats.percent(fraction)}</span>}
      </span>
    </a>
  )
}
