import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { isAppError } from '../../shared/errors.ts'
import { useFormats } from '../locale/formats.ts'
import { problemWords } from './problem-words.ts'

interface ProblemNoteProps {
  readonly error: Error
  readonly onRetry?: (() => void) | undefined
}

/** A failure in the person's words: what happened, what to do, and the id that finds it in the log. */
export function ProblemNote({ error, onRetry }: ProblemNoteProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const words = problemWords(t, error)
  const waitSeconds = isAppError(error) ? error.details?.['retryAfterSeconds'] : undefined
  const errorId = isAppError(error) ? error.details?.['errorId'] : undefined
  return (
    <Alert
      role="alert"
      className="hf-problem"
      variant="default"
      icon={<IconAlertTriangle size={20} aria-hidden />}
      title={words.title}
    >
      <Text size="sm">
        {words.text}
        {typeof waitSeconds === 'number' &&
          ` ${t('problem.retryAfter', { time: formats.duration(waitSeconds * 1000) })}`}
      </Text>
      {typeof errorId === 'string' && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('problem.id', { id: errorId })}
        </Text>
      )}
      {onRetry !== undefined && (
        <Group mt="xs">
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('common.tryAgain')}
          </Button>
        </Group>
      )}
    </Alert>
  )
}
