import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  readonly action?: ReactNode
}

/** Nothing here yet: says what will be, and how to get there. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" className="hf-empty">
      <span className="hf-empty-icon">{icon}</span>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={440} ta="center">
        {text}
      </Text>
      {action !== undefined && action !== false && <div className="hf-empty-action">{action}</div>}
    </Stack>
  )
}
