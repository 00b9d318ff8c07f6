import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { Page, Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf } from '../router/route.ts'

/** A new computer: the key from the recovery kit first, then the files, then its backups go on here. */
export function RecoverScreen({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const read = useAct('kit.import', { changes: ['app.status', 'sets.list'], onDone: () => setText('') })
  const error = shownError(read.error)
  return (
    <Page title={t('recover.title')} text={t('recover.text')} backTo={hashOf({ screen: 'home' })}>
      <Section title={t('recover.kitTitle')} text={t('recover.kitText')}>
        {read.data !== undefined && (
          <Text role="status" className="hf-note">
            {t('recover.imported')}
          </Text>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            read.mutate({ kitText: text })
          }}
        >
          <Stack gap="md">
            <Textarea
              label={t('recover.kitField')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              minRows={5}
              maxRows={12}
              autosize
              spellCheck={false}
              autoComplete="off"
              dir="ltr"
              classNames={{ input: 'hf-mono' }}
            />
            {error !== null && <ProblemNote error={error} />}
            <Group gap="xs">
              <Button type="submit" loading={read.isPending} disabled={text.trim() === ''}>
                {t('recover.import')}
              </Button>
              <FileButton
                accept="text/plain,.txt"
                onChange={(file) => {
                  if (file !== null) void file.text().then(setText)
                }}
              >
                {(props) => (
                  <Button variant="default" {...props}>
                    {t('recover.openFile')}
                  </Button>
                )}
              </FileButton>
            </Group>
          </Stack>
        </form>
      </Section>
      {(status.key !== null || read.data !== undefined) && <Sets status={status} />}
    </Page>
  )
}

function Sets({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const query = useAsk('sets.list', {})
  return (
    <Section title={t('recover.setsTitle')} text={t('recover.setsText')}>
      <Asked query={query}>
        {({ backupSets }) =>
          backupSets.length === 0 ? (
            <Text c="dimmed">{t('recover.noSets')}</Text>
          ) : (
            <ul className="hf-list">
              {backupSets.map((set) => (
                <li key={set.id}>
                  <SetLine set={set} status={status} />
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Section>
  )
}

function SetLine({ set, status }: { set: BackupSet; status: AppStatus }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const enrol = useAct('devices.enrol')
  const adopt = useAct('sets.adopt', { changes: ['sets.list', 'app.status'] })
  const error = shownError(enrol.error ?? adopt.error)
  const isHere = set.deviceId !== null && set.deviceId === status.device?.id
  const takeOver = async () => {
    if (status.device === null) await enrol.mutateAsync({})
    await adopt.mutateAsync({ backupSetId: set.id })
  }
  return (
    <>
      <div className="hf-grow">
        <Text fw={600} size="sm" className="hf-wrap">
          {set.definition.name}
        </Text>
        <Text size="sm" c="dimmed">
          {t('recover.facts', { count: set.snapshotCount, size: formats.bytes(set.storedBytes) })}
        </Text>
      </div>
      <Button component="a" href={hashOf({ screen: 'restore', backupSetId: set.id })}>
        {t('home.restoreFiles')}
      </Button>
      {!isHere && (
        // Both requests keep their own failure, which is drawn below.
        <Button
          variant="default"
          loading={enrol.isPending || adopt.isPending}
          onClick={() => void takeOver().catch(() => undefined)}
        >
          {t('recover.adopt')}
        </Button>
      )}
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}
