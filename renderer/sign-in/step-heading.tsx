import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** What a step asks for; the heading is announced when the step changes. */
export function StepHeading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div aria-live="polite">
      <Title order={2} className="hf-step-title">
        {title}
      </Title>
      {children !== undefined && (
        <Text size="sm" c="dimmed" mt={4}>
          {children}
        </Text>
      )}
    </div>
  )
}
