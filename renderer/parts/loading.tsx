import { Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Holds the place of what is being read, in about its size. */
export function Loading({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <Stack gap="sm" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={line === 0 ? 28 : 56} radius="md" />
      ))}
    </Stack>
  )
}
