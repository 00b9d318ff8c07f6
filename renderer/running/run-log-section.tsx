import { Button, Text } from '@mantine/core'
import { IconDownload, IconListDetails } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAppError } from '../../shared/errors.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import { runLogLines, type RunLog } from '../../shared/model/run-log.ts'
import { useServices } from '../client/services.tsx'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { Section } from '../parts/page.tsx'

/** What was said during a run, read when somebody wants to see it. */
export function RunLogSection({ jobRunId }: { jobRunId: JobRunId }) {
  const { t } = useTranslation()
  const { host } = useServices()
  const [isOpen, setOpen] = useState(false)
  const query = useAsk('runs.log', { jobRunId }, { enabled: isOpen })
  const log = query.data?.log
  return (
    <Section
      title={t('runLog.title')}
      text={t('runLog.text')}
      actions={
        isOpen ? (
          <>
            <Button variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
              {t('runLog.refresh')}
            </Button>
            <Button
              variant="default"
              disabled={log === undefined}
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() =>
                log !== undefined &&
                void host.saveText(
                  `holdfast-${jobRunId}.log`,
                  `${runLogLines(log).join('\n')}\n`,
                  'text/plain',
                )
              }
            >
              {t('common.export')}
            </Button>
          </>
        ) : (
          <Button
            variant="default"
            leftSection={<IconListDetails size={16} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            {t('runLog.show')}
          </Button>
        )
      }
    >
      {isOpen &&
        (isAppError(query.error, 'NOT_FOUND') ? (
          <Text c="dimmed">{t('runLog.none')}</Text>
        ) : (
          <Asked query={query}>{({ log: shown }) => <Lines log={shown} />}</Asked>
        ))}
    </Section>
  )
}

function Lines({ log }: { log: RunLog }) {
  const { t } = useTranslation()
  const formats = useFormats()
  return (
    <>
      <ol className="hf-log" tabIndex={0} aria-label={t('runLog.title')} dir="ltr">
        {log.entries.map((entry, index) => (
          <li key={index} data-level={entry.level}>
            <time dateTime={entry.at}>{formats.time(entry.at)}</time>
            <span className="hf-log-source">{entry.source}</span>
            <span className="hf-wrap">{entry.text}</span>
          </li>
        ))}
      </ol>
      {log.omittedCount > 0 && (
        <Text size="sm" c="dimmed">
          {t('runLog.omitted', { count: log.omittedCount })}
        </Text>
      )}
    </>
  )
}
