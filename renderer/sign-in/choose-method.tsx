import { Alert, Anchor, Button, Collapse, Loader, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { phoneChannelSchema } from '../../shared/model/policy.ts'
import type { MethodOption } from '../../shared/model/sign-in.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { MethodIcon } from './method-icon.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

/** The registered phones and apps, the last used one first, and the way out when none is at hand. */
export function ChooseMethod({
  options,
  canRecover,
  isSignIn,
  send,
  isBusy,
  error,
}: StepProps & { options: readonly MethodOption[]; canRecover: boolean; isSignIn: boolean }) {
  const { t } = useTranslation()
  const [isStuck, setStuck] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const wayOut = useRef<HTMLDivElement>(null)
  const usual = options.filter((option) => option.method !== 'backup-code')
  const lastResort = options.filter((option) => option.method === 'backup-code')
  const choose = (option: MethodOption) => {
    setChosen(keyOf(option))
    const channel = phoneChannelSchema.safeParse(option.method)
    send('transaction.chooseMethod', {
      factorId: option.factorId,
      ...(channel.success ? { channel: channel.data } : {}),
    })
  }
  const row = (option: MethodOption) => (
    <MethodRow
      key={keyOf(option)}
      option={option}
      isBusy={isBusy && chosen === keyOf(option)}
      isDisabled={isBusy}
      onChoose={() => choose(option)}
    />
  )
  return (
    <>
      <StepHeading title={t('choose.title')}>{isSignIn ? t('choose.text') : undefined}</StepHeading>
      {error !== null && <ProblemNote error={error} />}
      <Stack gap="xs" role="list" aria-label={t('choose.title')}>
        {usual.map(row)}
      </Stack>
      <Anchor
        component="button"
        type="button"
        size="sm"
        aria-expanded={isStuck}
        onClick={() => setStuck(!isStuck)}
      >
        {t('choose.none')}
      </Anchor>
      <Collapse
        expanded={isStuck || usual.length === 0}
        onTransitionEnd={() => {
          // Below many methods it would open out of sight.
          if (isStuck) wayOut.current?.scrollIntoView({ block: 'nearest' })
        }}
      >
        <Stack gap="xs" ref={wayOut}>
          {lastResort.length > 0 && (
            <Stack gap="xs" role="list" aria-label={t('choose.none')}>
              {lastResort.map(row)}
            </Stack>
          )}
          {canRecover && (
            <Alert variant="default" title={t('recoverAccount.title')}>
              <Stack gap="sm">
                <Text size="sm">{t('recoverAccount.startText')}</Text>
                <Button
                  variant="default"
                  className="hf-start"
                  disabled={isBusy}
                  onClick={() => send('transaction.startRecovery', {})}
                >
                  {t('recoverAccount.start')}
                </Button>
              </Stack>
            </Alert>
          )}
          <Alert variant="default" title={t('choose.recoveryTitle')}>
            {t(lastResort.length > 0 ? 'choose.recoveryText' : 'choose.recoveryTextNoCodes')}
          </Alert>
        </Stack>
      </Collapse>
    </>
  )
}

/** A phone is there once for every way to it. */
function keyOf({ factorId, method }: MethodOption): string {
  return `${factorId} ${method}`
}

interface MethodRowProps {
  readonly option: MethodOption
  readonly isBusy: boolean
  readonly isDisabled: boolean
  readonly onChoose: () => void
}

function MethodRow({ option, isBusy, isDisabled, onChoose }: MethodRowProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const methodName = t(`method.${option.method}`)
  const name = option.method === 'backup-code' ? methodName : option.label
  const facts = [
    // Tells the two ways to one phone apart, and what a name like "Office" is.
    name === methodName ? null : methodName,
    option.codesLeft === null ? null : t('choose.codesLeft', { count: option.codesLeft }),
    option.lastUsedAt === null
      ? null
      : t('choose.lastUsed', { when: formats.relative(option.lastUsedAt, nowMs) }),
    option.isProven ? null : t('choose.notProven'),
  ].filter((fact) => fact !== null)
  return (
    <div role="listitem">
      <UnstyledButton className="hf-row" onClick={onChoose} disabled={isDisabled}>
        <span className="hf-row-icon">
          <MethodIcon method={option.method} />
        </span>
        <span className="hf-row-main">
          <Text fw={600} size="sm" truncate>
            {name}
          </Text>
          <Text size="sm" c="dimmed">
            {option.maskedDestination !== null && (
              <span dir="ltr" className="hf-figures">
                {option.maskedDestination}
              </span>
            )}
            {option.maskedDestination !== null && facts.length > 0 && ' · '}
            {facts.join(' · ')}
          </Text>
        </span>
        {isBusy ? <Loader size="xs" /> : <IconChevronRight size={18} className="hf-flip" aria-hidden />}
      </UnstyledButton>
    </div>
  )
}
