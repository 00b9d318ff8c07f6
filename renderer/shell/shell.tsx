import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { AboutScreen } from '../about/about-screen.tsx'
import { AccountScreen } from '../account/account-screen.tsx'
import { ActivityScreen } from '../activity/activity-screen.tsx'
import { useIsServerLost } from '../client/server-lost.ts'
import { useAct } from '../client/use-act.ts'
import { FirstStepsCard } from '../first-steps/first-steps-card.tsx'
import { HomeScreen } from '../home/home-screen.tsx'
import { RecoverScreen } from '../recover/recover-screen.tsx'
import { RestoreScreen } from '../restore/restore-screen.tsx'
import type { Route } from '../router/route.ts'
import { useRoute } from '../router/use-route.ts'
import { RunScreen } from '../running/run-screen.tsx'
import { EditSetScreen } from '../sets/edit-set-screen.tsx'
import { NewSetScreen } from '../sets/new-set-screen.tsx'
import { SettingsScreen } from '../settings/settings-screen.tsx'
import { IconLogout } from '@tabler/icons-react'
import { Sidebar } from './sidebar.tsx'

interface ShellProps {
  readonly status: AppStatus
  readonly onSignedOut: () => void
}

/** What a signed-in person sees: the ways to go at the side, the screen beside it. */
export function Shell({ status, onSignedOut }: ShellProps) {
  const { t } = useTranslation()
  const route = useRoute()
  const signOut = useAct('signIn.signOut', { changes: ['app.status'], onDone: onSignedOut })
  return (
    <div className="hf-shell">
      <a className="hf-skip" href="#main" onClick={(event) => skipTo(event, 'main')}>
        {t('nav.skip')}
      </a>
      <Sidebar route={route}>
        <Text size="sm" fw={600} truncate title={status.loginName ?? undefined} className="hf-sidebar-name">
          {status.loginName}
        </Text>
        <Button
          variant="subtle"
          size="compact-sm"
          className="hf-quiet-button hf-sidebar-out"
          leftSection={<IconLogout size={16} className="hf-flip" aria-hidden />}
          loading={signOut.isPending}
          onClick={() => signOut.mutate({})}
          aria-label={t('nav.signOut')}
        >
          <span className="hf-wide-only">{t('nav.signOut')}</span>
        </Button>
      </Sidebar>
      <main id="main" className="hf-main" tabIndex={-1}>
        <ServerLostNote />
        {route.screen !== 'home' && <FirstStepsCard status={status} route={route} />}
        {screenOf(route, status)}
      </main>
    </div>
  )
}

/** Said on every screen, also where all that it shows was known before. */
function ServerLostNote() {
  const { t } = useTranslation()
  if (!useIsServerLost()) return null
  return (
    <Text role="status" size="sm" className="hf-note hf-note-warn hf-server-lost">
      {t('problem.serverLost')}
    </Text>
  )
}

/** The address belongs to the router: jumping must not change it. */
function skipTo(event: { preventDefault: () => void }, id: string): void {
  event.preventDefault()
  document.getElementById(id)?.focus()
}

function screenOf(route: Route, status: AppStatus) {
  switch (route.screen) {
    case 'home':
      return <HomeScreen status={status} />
    case 'new-set':
      return <NewSetScreen status={status} />
    case 'set':
      return <EditSetScreen key={route.backupSetId} backupSetId={route.backupSetId} status={status} />
    case 'run':
      return <RunScreen key={route.jobRunId} jobRunId={route.jobRunId} />
    case 'restore':
      return <RestoreScreen key={route.backupSetId} backupSetId={route.backupSetId} />
    case 'activity':
      return <ActivityScreen />
    case 'account':
      return <AccountScreen status={status} />
    case 'settings':
      return <SettingsScreen status={status} />
    case 'about':
      return <AboutScreen status={status} />
    case 'recover':
      return <RecoverScreen status={status} />
  }
}
