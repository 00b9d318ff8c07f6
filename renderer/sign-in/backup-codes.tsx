import { Button, Checkbox, Group, Stack } from '@mantine/core'
import { IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServices } from '../client/services.tsx'
import { printText } from '../host/print-text.ts'
import { PrintSheet } from '../parts/print-sheet.tsx'
import { StepHeading } from './step-heading.tsx'

interface BackupCodesProps {
  readonly codes: readonly string[]
  readonly loginName: string
  readonly onSaved: () => void
}

/** New backup codes, shown this once: going on needs a copy, a file, a print-out or the person's word. */
export function BackupCodes({ codes, loginName, onSaved }: BackupCodesProps) {
  const { t } = useTranslation()
  const { host } = useServices()
  const [isSaved, setSaved] = useState(false)
  const text = [t('codes.fileTitle', { name: loginName }), '', ...codes, '', t('codes.fileText')].join('\n')
  const keep = (saving: Promise<boolean | void>) => {
    void saving.then((isDone) => setSaved((before) => before || isDone !== false))
  }
  return (
    <Stack gap="md">
      <StepHeading title={t('codes.title')}>{t('codes.text')}</StepHeading>
      <ol className="hf-codes" aria-label={t('codes.title')}>
        {codes.map((code) => (
          <li key={code} dir="ltr">
            {code}
          </li>
        ))}
      </ol>
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => keep(host.copyText(text))}
        >
          {t('common.copy')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => keep(host.saveText('holdfast-backup-codes.txt', text, 'text/plain'))}
        >
          {t('common.saveFile')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPrinter size={16} aria-hidden />}
          onClick={() => {
            printText(host, t('codes.title'), text)
            setSaved(true)
          }}
        >
          {t('common.print')}
        </Button>
      </Group>
      <Checkbox
        label={t('codes.confirm')}
        checked={isSaved}
        onChange={(event) => setSaved(event.currentTarget.checked)}
      />
      <Button size="md" disabled={!isSaved} onClick={onSaved}>
        {t('common.continue')}
      </Button>
      <PrintSheet text={text} />
    </Stack>
  )
}
