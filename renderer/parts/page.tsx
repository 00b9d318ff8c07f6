import { Anchor, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface PageProps {
  readonly title: string
  readonly text?: ReactNode
  readonly actions?: ReactNode
  /** The address of the screen this one belongs to. */
  readonly backTo?: string
  readonly backLabel?: string
  readonly children: ReactNode
}

/** A screen: its heading gets the focus when it opens, so that keyboard and screen reader start there. */
export function Page({ title, text, actions, backTo, backLabel, children }: PageProps) {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    document.title = `${title} – Holdfast`
  }, [title])
  return (
    <div className="hf-page">
      {backTo !== undefined && (
        <Anchor href={backTo} size="sm" className="hf-back">
          <IconArrowLeft size={16} className="hf-flip" aria-hidden /> {backLabel ?? t('common.back')}
        </Anchor>
      )}
      <div className="hf-page-head">
        <div className="hf-grow">
          <Title order={1} ref={heading} tabIndex={-1} className="hf-wrap">
            {title}
          </Title>
          {text !== undefined && (
            <Text c="dimmed" mt={2}>
              {text}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className="hf-actions">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

interface SectionProps {
  readonly title: string
  readonly text?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Section({ title, text, actions, children }: SectionProps) {
  return (
    <section className="hf-card" aria-label={title}>
      <div className="hf-card-head">
        <div className="hf-grow">
          <Title order={2}>{title}</Title>
          {text !== undefined && (
            <Text size="sm" c="dimmed" mt={2}>
              {text}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className="hf-actions">{actions}</div>}
      </div>
      {children}
    </section>
  )
}
