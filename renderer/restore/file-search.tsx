import { Button, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconFile, IconFolder, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Node, Snapshot } from '../../shared/model/snapshot.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import type { PreviewedFile } from './file-preview-dialog.tsx'

interface FileSearchProps {
  readonly set: BackupSet
  readonly snapshots: readonly Snapshot[]
  readonly onRestore: (snapshot: Snapshot, path: string) => void
  readonly onPreview: (file: PreviewedFile) => void
}

interface Version {
  readonly snapshot: Snapshot
  readonly node: Node
}

/** Names over all snapshots; every found file with its versions. */
export function FileSearch({ set, snapshots, onRestore, onPreview }: FileSearchProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [pattern, setPattern] = useState<string | null>(null)
  const query = useAsk(
    'snapshots.search',
    { backupSetId: set.id, pattern: pattern ?? '*' },
    { enabled: pattern !== null },
  )
  return (
    <section className="hf-card" aria-label={t('restore.search')}>
      <form
        role="search"
        className="hf-search"
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() !== '') setPattern(patternOf(typed.trim()))
        }}
      >
        <TextInput
          className="hf-grow"
          label={t('restore.searchFor')}
          description={t('restore.searchText')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          leftSection={<IconSearch size={18} aria-hidden />}
          autoFocus
          maxLength={1000}
        />
        <Button type="submit" disabled={typed.trim() === ''} loading={query.isFetching}>
          {t('restore.searchButton')}
        </Button>
      </form>
      {pattern !== null && (
        <Asked query={query}>
          {({ matches }) => (
            <Found versions={versionsOf(matches, snapshots)} onRestore={onRestore} onPreview={onPreview} />
          )}
        </Asked>
      )}
    </section>
  )
}

interface FoundProps extends Pick<FileSearchProps, 'onRestore' | 'onPreview'> {
  readonly versions: Map<string, Version[]>
}

function Found({ versions, onRestore, onPreview }: FoundProps) {
  const { t } = useTranslation()
  if (versions.size === 0) return <Text c="dimmed">{t('restore.notFound')}</Text>
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {t('restore.found', { count: versions.size })}
      </Text>
      <ul className="hf-list">
        {[...versions].slice(0, 200).map(([path, list]) => (
          <li key={path}>
            <FoundFile path={path} versions={list} onRestore={onRestore} onPreview={onPreview} />
          </li>
        ))}
      </ul>
    </>
  )
}

interface FoundFileProps extends Pick<FileSearchProps, 'onRestore' | 'onPreview'> {
  readonly path: string
  readonly versions: readonly Version[]
}

function FoundFile({ path, versions, onRestore, onPreview }: FoundFileProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const newest = versions[0]
  if (newest === undefined) return null
  return (
    <details className="hf-details hf-grow">
      <summary>
        <span className="hf-file-name">
          {newest.node.kind === 'folder' ? (
            <IconFolder size={20} stroke={1.6} aria-hidden />
          ) : (
            <IconFile size={20} stroke={1.6} aria-hidden />
          )}
          <span className="hf-grow">
            <Text fw={580} size="sm" span>
              <bdi>{newest.node.name}</bdi>
            </Text>
            <Text size="sm" c="dimmed" className="hf-path hf-wrap" dir="ltr">
              {path}
            </Text>
          </span>
          <Text size="sm" c="dimmed">
            {t('restore.versions', { count: versions.length })}
          </Text>
          <IconChevronDown size={18} className="hf-turn" aria-hidden />
        </span>
      </summary>
      <ul className="hf-list hf-found">
        {versions.map(({ snapshot, node }) => (
          <li key={snapshot.id}>
            <div className="hf-grow">
              <Text size="sm">{t('restore.versionOf', { date: formats.dateTime(node.modifiedAt) })}</Text>
              <Text size="sm" c="dimmed">
                {formats.bytes(node.sizeBytes)} ·{' '}
                {t('restore.inBackup', { date: formats.dateTime(snapshot.takenAt) })}
              </Text>
            </div>
            {node.kind === 'file' && (
              <Button
                variant="subtle"
                aria-label={t('filePreview.of', {
                  name: `${node.name}, ${formats.dateTime(node.modifiedAt)}`,
                })}
                onClick={() => onPreview({ snapshot, node })}
              >
                {t('filePreview.button')}
              </Button>
            )}
            <Button
              variant="default"
              aria-label={t('restore.restoreVersion', {
                name: node.name,
                date: formats.dateTime(node.modifiedAt),
              })}
              onClick={() => onRestore(snapshot, node.path)}
            >
              {t('restore.button')}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A plain word finds names that contain it. */
function patternOf(typed: string): string {
  return /[*?]/.test(typed) ? typed : `*${typed}*`
}

/** Per path its different versions, the newest snapshot first; the same content in many snapshots is one. */
function versionsOf(
  matches: readonly { snapshotId: Snapshot['id']; node: Node }[],
  snapshots: readonly Snapshot[],
): Map<string, Version[]> {
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]))
  const found = new Map<string, Version[]>()
  const all = matches
    .map(({ snapshotId, node }) => ({ snapshot: byId.get(snapshotId), node }))
    .filter((each): each is Version => each.snapshot !== undefined)
    .sort((a, b) => Date.parse(b.snapshot.takenAt) - Date.parse(a.snapshot.takenAt))
  for (const version of all) {
    const list = found.get(version.node.path) ?? []
    const isSame = list.some(
      (each) =>
        each.node.modifiedAt === version.node.modifiedAt && each.node.sizeBytes === version.node.sizeBytes,
    )
    if (!isSame) found.set(version.node.path, [...list, version])
  }
  return found
}
