import { Select, Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { HostAbilities, WindowSettings } from '../host/host-abilities.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { Section } from '../parts/page.tsx'

const zoomFactors = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const

/** How the window of a desktop program behaves. */
export function WindowSection({
  windowSettings,
}: {
  windowSettings: NonNullable<HostAbilities['windowSettings']>
}) {
  const { t } = useTranslation()
  const formats = useFormats()
  const queries = useQueryClient()
  const query = useQuery({ queryKey: ['host.windowSettings'], queryFn: () => windowSettings.get() })
  const change = useMutation({
    mutationFn: (next: Partial<WindowSettings>) => windowSettings.change(next),
    onSuccess: (settings) => queries.setQueryData(['host.windowSettings'], settings),
  })
  return (
    <Section title={t('settings.window.title')}>
      <Asked query={query}>
        {(settings) => (
          <>
            <Switch
              label={t('settings.window.keepRunning')}
              description={t('settings.window.keepRunningText')}
              checked={settings.keepRunning}
              onChange={(event) => change.mutate({ keepRunning: event.currentTarget.checked })}
            />
            <Switch
              label={t('settings.window.notify')}
              description={t('settings.window.notifyText')}
              checked={settings.notify}
              onChange={(event) => change.mutate({ notify: event.currentTarget.checked })}
            />
            <Select
              label={t('settings.window.zoom')}
              data={zoomFactors.map((factor) => ({ value: String(factor), label: formats.percent(factor) }))}
              value={String(settings.zoomFactor)}
              allowDeselect={false}
              maw={320}
              onChange={(value) => change.mutate({ zoomFactor: Number(value) })}
            />
          </>
        )}
      </Asked>
    </Section>
  )
}
