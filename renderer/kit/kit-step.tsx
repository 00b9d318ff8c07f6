import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecoveryKit } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { Loading } from '../parts/loading.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useFormats } from '../locale/formats.ts'
import { KitView } from './kit-view.tsx'

/** Makes the key and its kit; the person keeps it and proves it by typing parts of it back. */
export function KitStep({ onConfirmed }: { onConfirmed: () => void }) {
  const { t } = useTranslation()
  const [isTyping, setTyping] = useState(false)
  const create = useAct('kit.create')
  const { mutate } = create
  useEffect(() => mutate({}), [mutate])
  const error = shownError(create.error)
  if (error !== null) return <ProblemNote error={error} onRetry={() => create.mutate({})} />
  if (create.data === undefined) return <Loading />
  const { kit } = create.data
  return isTyping ? (
    <ConfirmKit kit={kit} onBack={() => setTyping(false)} onConfirmed={onConfirmed} />
  ) : (
    <Stack gap="md">
      <Text size="sm" className="hf-note hf-note-warn">
        {t('kit.warning')}
      </Text>
      <KitView kit={kit} />
      <Button className="hf-start" onClick={() => setTyping(true)}>
        {t('kit.kept')}
      </Button>
    </Stack>
  )
}

interface ConfirmKitProps {
  readonly kit: RecoveryKit
  readonly onBack: () => void
  readonly onConfirmed: () => void
}

function ConfirmKit({ kit, onBack, onConfirmed }: ConfirmKitProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const [groups, setGroups] = useState<readonly string[]>(kit.confirmGroups.map(() => ''))
  const confirm = useAct('kit.confirm', { changes: ['app.status'], onDone: onConfirmed })
  const error = shownError(confirm.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate({ groups: groups.map((group) => group.trim()) })
      }}
    >
      <Stack gap="md">
        <div>
          <Text size="sm">{t('kit.confirmText')}</Text>
          <Text size="sm" c="dimmed">
            {t('kit.confirmCount')}
          </Text>
        </div>
        <div className="hf-fields">
          {kit.confirmGroups.map((number, index) => (
            <TextInput
              key={number}
              label={t('kit.group', { number: formats.number(number) })}
              value={groups[index] ?? ''}
              onChange={(event) =>
                setGroups(groups.map((each, at) => (at === index ? event.currentTarget.value : each)))
              }
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={10}
              dir="ltr"
              autoFocus={index === 0}
              classNames={{ input: 'hf-mono' }}
            />
          ))}
        </div>
        {error !== null && <ProblemNote error={error} />}
        <div className="hf-actions">
          <Button
            type="submit"
            loading={confirm.isPending}
            disabled={groups.some((group) => group.trim() === '')}
          >
            {t('kit.confirm')}
          </Button>
          <Button variant="default" onClick={onBack}>
            {t('kit.showAgain')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}
