import { Anchor, Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { useServices } from '../client/services.tsx'
import { Logo } from '../parts/logo.tsx'
import { Page, Section } from '../parts/page.tsx'
import { UpdateLine } from './update-line.tsx'

/** What the interface is made of; each is under the licence named beside it. */
const parts = [
  { name: 'restic', licence: 'BSD-2-Clause' },
  { name: 'React', licence: 'MIT' },
  { name: 'Mantine', licence: 'MIT' },
  { name: 'TanStack Query', licence: 'MIT' },
  { name: 'i18next', licence: 'MIT' },
  { name: 'Tabler Icons', licence: 'MIT' },
  { name: 'Inter', licence: 'OFL-1.1' },
  { name: 'Zod', licence: 'MIT' },
  { name: 'libphonenumber-js', licence: 'MIT' },
  { name: 'qrcode', licence: 'MIT' },
  { name: 'Day.js', licence: 'MIT' },
] as const

export function AboutScreen({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const { host } = useServices()
  return (
    <Page title={t('about.title')}>
      <section className="hf-card" aria-label="Holdfast">
        <div className="hf-about">
          <Logo size={56} />
          <div className="hf-grow">
            <Text fw={650} size="lg">
              Holdfast
            </Text>
            <Text c="dimmed">{t('about.versionOf', { version: status.version })}</Text>
            <Text c="dimmed" size="sm">
              {t(`about.edition.${status.installation.edition}`)}
            </Text>
          </div>
          {host.saveDiagnostics !== undefined && (
            <Button variant="default" onClick={() => void host.saveDiagnostics?.()}>
              {t('about.diagnostics')}
            </Button>
          )}
        </div>
        <Text>{t('about.text')}</Text>
        {host.updates !== undefined && <UpdateLine updates={host.updates} />}
        <dl className="hf-review">
          <div>
            <dt>{t('about.engine')}</dt>
            <dd className="hf-wrap">
              {status.engine === null ? t('about.noEngine') : `restic ${status.engine.version}`}
              {status.engine !== null && (
                <Text size="sm" c="dimmed" dir="ltr">
                  {status.engine.path}
                </Text>
              )}
            </dd>
          </div>
          <div>
            <dt>{t('about.profile')}</dt>
            <dd className="hf-wrap" dir="ltr">
              {status.profilePath}
            </dd>
          </div>
          <div>
            <dt>{t('about.server')}</dt>
            <dd className="hf-wrap" dir="ltr">
              {status.server?.address ?? '–'}
            </dd>
          </div>
        </dl>
      </section>
      <Section title={t('about.licences')} text={t('about.licencesText')}>
        <ul className="hf-licences">
          {parts.map(({ name, licence }) => (
            <li key={name}>
              <span>{name}</span>
              <Text span size="sm" c="dimmed">
                {licence}
              </Text>
            </li>
          ))}
        </ul>
        {host.openExternal !== undefined && (
          <Anchor
            component="button"
            type="button"
            className="hf-start"
            onClick={() => void host.openExternal?.('https://www.apache.org/licenses/LICENSE-2.0')}
          >
            Apache License 2.0
          </Anchor>
        )}
      </Section>
    </Page>
  )
}
