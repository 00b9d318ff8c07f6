import { ActionIcon, Breadcrumbs, Button, Checkbox, Text, UnstyledButton } from '@mantine/core'
import { IconEye, IconFile, IconFolder, IconLink, IconQuestionMark } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Node, Snapshot } from '../../shared/model/snapshot.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'

interface FileBrowserProps {
  readonly set: BackupSet
  readonly snapshot: Snapshot
  readonly onRestore: (paths: readonly string[]) => void
  readonly onPreview: (node: Node) => void
}

const root = '/'

/** A snapshot as a file manager shows a disk: open folders, tick what is wanted. */
export function FileBrowser({ set, snapshot, onRestore, onPreview }: FileBrowserProps) {
  const { t } = useTranslation()
  const [folder, setFolder] = useState(() => startFolder(snapshot))
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const query = useAsk('snapshots.browse', { backupSetId: set.id, snapshotId: snapshot.id, folder })
  const tick = (path: string) => {
    const next = new Set(ticked)
    if (!next.delete(path)) next.add(path)
    setTicked(next)
  }
  return (
    <section className="hf-card hf-card-tight hf-browser" aria-label={t('restore.files')}>
      <Breadcrumbs separatorMargin={4} className="hf-crumbs">
        {crumbsOf(folder).map((crumb) => (
          <UnstyledButton
            key={crumb.path}
            className="hf-crumb"
            aria-current={crumb.path === folder ? 'location' : undefined}
            onClick={() => setFolder(crumb.path)}
          >
            {crumb.path === root ? t('restore.root') : crumb.name}
          </UnstyledButton>
        ))}
      </Breadcrumbs>
      <Asked query={query}>
        {({ nodes }) => (
          <Listing
            nodes={sorted(nodes)}
            ticked={ticked}
            onTick={tick}
            onOpen={setFolder}
            onPreview={onPreview}
          />
        )}
      </Asked>
      <div className="hf-browser-foot">
        <Text size="sm" c="dimmed" className="hf-grow" role="status">
          {t('restore.selected', { count: ticked.size })}
        </Text>
        <Button variant="default" onClick={() => onRestore([])}>
          {t('restore.everything')}
        </Button>
        <Button disabled={ticked.size === 0} onClick={() => onRestore([...ticked])}>
          {t('restore.restoreSelected')}
        </Button>
      </div>
    </section>
  )
}

interface ListingProps {
  readonly nodes: readonly Node[]
  readonly ticked: ReadonlySet<string>
  readonly onTick: (path: string) => void
  readonly onOpen: (folder: string) => void
  readonly onPreview: (node: Node) => void
}

function Listing({ nodes, ticked, onTick, onOpen, onPreview }: ListingProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  if (nodes.length === 0) return <Text c="dimmed">{t('restore.emptyFolder')}</Text>
  return (
    <div className="hf-files" tabIndex={0} role="region" aria-label={t('restore.list')}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="hf-visually-hidden">{t('restore.select')}</span>
            </th>
            <th scope="col">{t('restore.name')}</th>
            <th scope="col" className="hf-number">
              {t('restore.size')}
            </th>
            <th scope="col" className="hf-modified">
              {t('restore.modified')}
            </th>
            <th scope="col">
              <span className="hf-visually-hidden">{t('filePreview.button')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.path} data-ticked={ticked.has(node.path)}>
              <td>
                <Checkbox
                  size="sm"
                  aria-label={t('restore.selectName', { name: node.name })}
                  checked={ticked.has(node.path)}
                  onChange={() => onTick(node.path)}
                />
              </td>
              <td>
                <span className="hf-file-name">
                  <NodeIcon node={node} />
                  {node.kind === 'folder' ? (
                    <UnstyledButton className="hf-folder-link" onClick={() => onOpen(node.path)}>
                      <bdi>{node.name}</bdi>
                    </UnstyledButton>
                  ) : (
                    <bdi className="hf-wrap" title={node.name}>
                      {node.name}
                    </bdi>
                  )}
                </span>
              </td>
              <td className="hf-number">{node.kind === 'file' ? formats.bytes(node.sizeBytes) : ''}</td>
              <td className="hf-modified">{formats.dateTime(node.modifiedAt)}</td>
              <td>
                {node.kind === 'file' && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    className="hf-quiet-button"
                    aria-label={t('filePreview.of', { name: node.name })}
                    title={t('filePreview.button')}
                    onClick={() => onPreview(node)}
                  >
                    <IconEye size={18} aria-hidden />
                  </ActionIcon>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function NodeIcon({ node }: { node: Node }) {
  const props = { size: 20, stroke: 1.6, 'aria-hidden': true } as const
  switch (node.kind) {
    case 'folder':
      return <IconFolder {...props} className="hf-folder-icon" />
    case 'file':
      return <IconFile {...props} />
    case 'symlink':
      return <IconLink {...props} />
    case 'other':
      return <IconQuestionMark {...props} />
  }
}

/** Folders first, then by name as people of no particular language expect: 2 before 10. */
function sorted(nodes: readonly Node[]): Node[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  return [...nodes].sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || compare(a.name, b.name),
  )
}

function crumbsOf(folder: string): { path: string; name: string }[] {
  const names = folder.split('/').filter((name) => name !== '')
  return [
    { path: root, name: '' },
    ...names.map((name, index) => ({ path: `/${names.slice(0, index + 1).join('/')}`, name })),
  ]
}

/** The deepest folder that has everything of the snapshot below it. */
function startFolder(snapshot: Snapshot): string {
  const [first = [], ...others] = snapshot.paths.map((path) => inSnapshot(path).split('/').slice(1))
  const shared = first.findIndex((name, at) => others.some((names) => names[at] !== name))
  return `/${first.slice(0, shared === -1 ? first.length : shared).join('/')}`
}

/** `C:\\Users` of the computer is `/C/Users` in a snapshot. */
function inSnapshot(path: string): string {
  return path.startsWith('/') ? path : `/${path.replace(':', '').replaceAll('\\', '/')}`
}
