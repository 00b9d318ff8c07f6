import { Badge, Button, Text } from '@mantine/core'
import { IconAppWindow } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../../shared/model/account.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

/** Where somebody is signed in as this user now. */
export function SessionsPanel() {
  const { t } = useTranslation()
  const query = useAsk('sessions.list', {})
  return (
    <Section title={t('sessions.title')} text={t('sessions.text')}>
      <Asked query={query}>
        {({ sessions }) => (
          <ul className="hf-list">
            {sessions.map((session) => (
              <li key={session.id}>
                <SessionLine session={session} />
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </Section>
  )
}

function SessionLine({ session }: { session: Session }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const end = useAct('sessions.end', { changes: ['sessions.list', 'app.status'] })
  const error = shownError(end.error)
  const facts = [
    session.address,
    t('sessions.started', { date: formats.dateTime(session.startedAt) }),
    t('sessions.used', { when: formats.relative(session.lastUsedAt, nowMs) }),
    t('sessions.provenBy', { how: formats.list(session.provenBy.map((proof) => t(`proof.${proof}`))) }),
  ]
  return (
    <>
      <span className="hf-row-icon">
        <IconAppWindow size={22} stroke={1.6} aria-hidden />
      </span>
      <div className="hf-grow">
        <Text fw={600} size="sm" className="hf-wrap">
          {t('sessions.on', { client: session.clientName, host: session.hostName })}{' '}
          {session.isCurrent && (
            <Badge size="sm" variant="light" tt="none">
              {t('sessions.current')}
            </Badge>
          )}{' '}
          {session.scope !== 'full' && (
            <Badge size="sm" variant="default" tt="none">
              {t(`sessions.${session.scope}`)}
            </Badge>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      <Button
        variant="default"
        loading={end.isPending}
        onClick={() => end.mutate({ sessionId: session.id })}
        aria-label={t('sessions.endName', { client: session.clientName, host: session.hostName })}
      >
        {t('sessions.end')}
      </Button>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}
