import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { FilePreview } from '../../shared/model/preview.ts'
import type { Node, Snapshot } from '../../shared/model/snapshot.ts'
import { isAppError } from '../../shared/errors.ts'
import { useAct } from '../client/use-act.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'

export interface PreviewedFile {
  readonly snapshot: Snapshot
  readonly node: Node
}

interface FilePreviewDialogProps {
  readonly set: BackupSet
  readonly file: PreviewedFile
  readonly onClose: () => void
  readonly onRestore: () => void
}

/** The content of one file as it was. It is asked for once, and gone when the dialog is closed. */
export function FilePreviewDialog({ set, file, onClose, onRestore }: FilePreviewDialogProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { snapshot, node } = file
  const { mutate, data, error } = useAct('restore.previewFile')
  const isDeclined = isAppError(error, 'CANCELLED')
  useEffect(() => {
    mutate({ backupSetId: set.id, snapshotId: snapshot.id, path: node.path })
  }, [mutate, set.id, snapshot.id, node.path])
  useEffect(() => {
    // Who does not want to prove who they are does not want to see the file either.
    if (isDeclined) onClose()
  }, [isDeclined, onClose])
  return (
    <Modal
      opened
      onClose={onClose}
      title={<bdi className="hf-wrap">{node.name}</bdi>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="xl"
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {formats.bytes(node.sizeBytes)} ·{' '}
          {t('restore.versionOf', { date: formats.dateTime(node.modifiedAt) })} · {t('filePreview.text')}
        </Text>
        {error !== null && !isDeclined && <ProblemNote error={error} />}
        {error === null && data === undefined && (
          <div className="hf-estimate" role="status">
            <Loader size="xs" aria-hidden />
            <Text size="sm">{t('filePreview.reading')}</Text>
          </div>
        )}
        {data !== undefined && <Content preview={data.preview} name={node.name} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.close')}
          </Button>
          <Button onClick={onRestore}>{t('restore.button')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Content({ preview, name }: { preview: FilePreview; name: string }) {
  const { t } = useTranslation()
  switch (preview.kind) {
    case 'text':
      if (preview.text === '') return <Text c="dimmed">{t('filePreview.empty')}</Text>
      return (
        <>
          <pre className="hf-file-text" tabIndex={0} aria-label={name} dir="auto">
            {preview.text}
          </pre>
          {preview.isCut && (
            <Text size="sm" c="dimmed">
              {t('filePreview.cut')}
            </Text>
          )}
        </>
      )
    case 'picture':
      return <Picture preview={preview} name={name} />
    case 'too-large':
      return <Text>{t('filePreview.tooLarge')}</Text>
    case 'unknown':
      return <Text>{t('filePreview.unknown')}</Text>
  }
}

function Picture({ preview, name }: { preview: Extract<FilePreview, { kind: 'picture' }>; name: string }) {
  const { t } = useTranslation()
  const image = useRef<HTMLImageElement>(null)
  const [isBroken, setBroken] = useState(false)
  const { base64, mediaType } = preview
  useEffect(() => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const made = URL.createObjectURL(new Blob([bytes], { type: mediaType }))
    if (image.current !== null) image.current.src = made
    return () => URL.revokeObjectURL(made)
  }, [base64, mediaType])
  if (isBroken) return <Text>{t('filePreview.broken')}</Text>
  return <img ref={image} className="hf-picture" alt={name} onError={() => setBroken(true)} />
}
