import { Text } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../client/use-now.ts'
import { useFormats, type Formats } from '../locale/formats.ts'
import { codeWords } from '../parts/problem-words.ts'
import { AttentionAction } from './attention-action.tsx'
import { isPressing, type Attention } from './attention.ts'
import type { TFunction } from 'i18next'

/** What needs a person, each with the action beside it. */
export function AttentionList({ items }: { items: readonly Attention[] }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  return (
    <ul className="hf-attention" aria-label={t('home.attention')}>
      {items.map((item) => {
        const words = wordsOf(item, t, formats, nowMs)
        return (
          <li key={keyOf(item)} data-pressing={isPressing(item)}>
            {isPressing(item) ? (
              <IconAlertTriangle size={20} stroke={1.8} aria-hidden />
            ) : (
              <IconInfoCircle size={20} stroke={1.8} aria-hidden />
            )}
            <div className="hf-grow">
              <Text fw={600} size="sm" className="hf-wrap">
                {words.title}
              </Text>
              <Text size="sm" className="hf-attention-text">
                {words.text}
              </Text>
            </div>
            <AttentionAction item={item} />
          </li>
        )
      })}
    </ul>
  )
}

function keyOf(item: Attention): string {
  return 'set' in item ? `${item.kind} ${item.set.id}` : item.kind
}

function wordsOf(
  item: Attention,
  t: TFunction,
  formats: Formats,
  nowMs: number,
): { title: string; text: string } {
  const name = 'set' in item ? item.set.definition.name : ''
  switch (item.kind) {
    case 'recovery':
      return {
        title: t('attention.recovery.title'),
        text: t('attention.recovery.text', {
          address: item.pending.address,
          client: item.pending.clientName,
          when: formats.dateTime(item.pending.readyAt),
        }),
      }
    case 'secret-store':
      return codeWords(t, item.state === 'locked' ? 'SECRET_STORE_LOCKED' : 'SECRET_STORE_UNAVAILABLE')
    case 'engine-missing':
      return codeWords(t, 'ENGINE_MISSING')
    case 'key-missing':
      return codeWords(t, 'KEY_MISSING')
    case 'failed': {
      const words = codeWords(t, item.run.errorCode ?? 'UNEXPECTED')
      return {
        title: t('attention.failed.title', { name }),
        text: t('common.sentences', { first: words.title, second: words.text }),
      }
    }
    case 'held-up':
      return { title: t('attention.held-up.title', { name }), text: t('skip.second-factor-required') }
    case 'incomplete':
      return {
        title: t('attention.incomplete.title', { name }),
        text: t('attention.incomplete.text', { count: item.run.leftOutCount }),
      }
    case 'overdue':
      return {
        title: t('attention.overdue.title', { name }),
        text: t('attention.overdue.text', { when: formats.relative(item.lastSuccess.endedAt, nowMs) }),
      }
    case 'being-deleted':
      return {
        title: t('attention.being-deleted.title', { name }),
        text: t('attention.being-deleted.text', {
          date: item.set.purgeAfter === null ? '–' : formats.date(item.set.purgeAfter),
        }),
      }
    case 'kit-not-confirmed':
    case 'not-enrolled':
    case 'limited-session':
    case 'legacy-session':
    case 'brake':
    case 'never-ran':
    case 'no-computer':
    case 'paused':
    case 'no-schedule':
      return { title: t(`attention.${item.kind}.title`, { name }), text: t(`attention.${item.kind}.text`) }
  }
}
