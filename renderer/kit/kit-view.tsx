import { Button, Group } from '@mantine/core'
import { IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { RecoveryKit } from '../../shared/client-api.ts'
import { useServices } from '../client/services.tsx'
import { PrintSheet } from '../parts/print-sheet.tsx'

interface KitViewProps {
  readonly kit: RecoveryKit
  readonly onKept?: () => void
}

/** The recovery kit with the ways to keep it. */
export function KitView({ kit, onKept }: KitViewProps) {
  const { t } = useTranslation()
  const { host } = useServices()
  const kept = () => onKept?.()
  return (
    <>
      <pre className="hf-kit" dir="ltr" tabIndex={0} role="region" aria-label={t('kit.title')}>
        {kit.text}
      </pre>
      <Group gap="xs">
        <Button
          leftSection={<IconPrinter size={16} aria-hidden />}
          onClick={() => {
            if (host.printDocument === undefined) window.print()
            else void host.printDocument(kit.html)
            kept()
          }}
        >
          {t('common.print')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() =>
            void host
              .saveText('holdfast-recovery-kit.html', kit.html, 'text/html')
              .then((isSaved) => isSaved && kept())
          }
        >
          {t('kit.savePage')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() =>
            void host
              .saveText('holdfast-recovery-kit.txt', kit.text, 'text/plain')
              .then((isSaved) => isSaved && kept())
          }
        >
          {t('kit.saveText')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => void host.copyText(kit.text).then(kept)}
        >
          {t('common.copy')}
        </Button>
      </Group>
      <PrintSheet text={kit.text} />
    </>
  )
}
