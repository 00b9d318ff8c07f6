import { Progress, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../locale/formats.ts'
import { hashOf } from '../router/route.ts'
import type { RunUnderWay } from './runs-store.ts'

/** A run under way in one line; the whole of it is a click away. */
export function RunBar({ run }: { run: RunUnderWay }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { progress } = run
  const fraction = progress?.doneFraction ?? null
  return (
    <a className="hf-run-bar" href={hashOf({ screen: 'run', jobRunId: run.jobRunId })}>
      <Progress.Root size="md">
        <Progress.Section
          value={fraction === null ? 100 : fraction * 100}
          animated={fraction === null}
          striped={fraction === null}
          aria-label={t(`run.now.${run.kind}`)}
        />
      </Progress.Root>
      <Text size="sm" c="dimmed" className="hf-figures">
        {t(`run.stage.${progress?.stage ?? 'preparing'}`)}
        {fraction !== null && ` · ${formats.percent(fraction)}`}
        {progress !== null &&
          progress.secondsLeft !== null &&
          ` · ${t('run.left', { time: formats.duration(progress.secondsLeft * 1000) })}`}
      </Text>
    </a>
  )
}
