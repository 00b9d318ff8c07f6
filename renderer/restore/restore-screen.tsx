import { Button, Select, Tabs } from '@mantine/core'
import { IconFolderPlus, IconRestore } from '@tabler/icons-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { useAsk } from '../client/use-ask.ts'
import { Asked } from '../parts/asked.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Page } from '../parts/page.tsx'
import { hashOf } from '../router/route.ts'
import { go } from '../router/use-route.ts'
import { FileBrowser } from './file-browser.tsx'
import { FilePreviewDialog, type PreviewedFile } from './file-preview-dialog.tsx'
import { FileSearch } from './file-search.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { SnapshotPicker } from './snapshot-picker.tsx'

/** Pick a set, pick a time, pick the files; or look for a name over all times. */
export function RestoreScreen({ backupSetId }: { backupSetId: string | null }) {
  const { t } = useTranslation()
  const sets = useAsk('sets.list', {})
  return (
    <Page title={t('restore.title')} text={t('restore.text')}>
      <Asked query={sets}>
        {({ backupSets }) => {
          const set = backupSets.find((each) => each.id === backupSetId) ?? backupSets[0]
          if (set === undefined) {
            return (
              <section className="hf-card">
                <EmptyState
                  icon={<IconFolderPlus size={34} stroke={1.5} aria-hidden />}
                  title={t('restore.noSets')}
                  text={t('restore.noSetsText')}
                  action={
                    <>
                      <Button component="a" href={hashOf({ screen: 'new-set' })}>
                        {t('home.protect')}
                      </Button>
                      <Button component="a" href={hashOf({ screen: 'recover' })} variant="default">
                        {t('home.recover')}
                      </Button>
                    </>
                  }
                />
              </section>
            )
          }
          return (
            <>
              {backupSets.length > 1 && (
                <Select
                  label={t('restore.fromSet')}
                  data={backupSets.map((each) => ({ value: each.id, label: each.definition.name }))}
                  value={set.id}
                  allowDeselect={false}
                  onChange={(id) => {
                    if (id !== null) go({ screen: 'restore', backupSetId: id })
                  }}
                />
              )}
              <Snapshots key={set.id} set={set} />
            </>
          )
        }}
      </Asked>
    </Page>
  )
}

function Snapshots({ set }: { set: BackupSet }) {
  const { t } = useTranslation()
  const query = useAsk('snapshots.list', { backupSetId: set.id })
  return (
    <Asked query={query}>
      {({ snapshots }) =>
        snapshots.length === 0 ? (
          <section className="hf-card">
            <EmptyState
              icon={<IconRestore size={34} stroke={1.5} aria-hidden />}
              title={t('restore.noSnapshots')}
              text={t('restore.noSnapshotsText')}
            />
          </section>
        ) : (
          <RestoreFrom set={set} snapshots={newestFirst(snapshots)} />
        )
      }
    </Asked>
  )
}

/** What is to be restored: paths of one snapshot; no paths = all of it. */
interface Wanted {
  readonly snapshot: Snapshot
  readonly paths: readonly string[]
}

function RestoreFrom({ set, snapshots }: { set: BackupSet; snapshots: readonly Snapshot[] }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(snapshots[0]?.id)
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [previewed, setPreviewed] = useState<PreviewedFile | null>(null)
  const endPreview = useCallback(() => setPreviewed(null), [])
  const snapshot = snapshots.find((each) => each.id === chosen) ?? snapshots[0]
  if (snapshot === undefined) return null
  return (
    <>
      <Tabs defaultValue="browse" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="browse">{t('restore.browse')}</Tabs.Tab>
          <Tabs.Tab value="search">{t('restore.search')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="browse" pt="md">
          <div className="hf-restore">
            <SnapshotPicker snapshots={snapshots} chosen={snapshot} onChoose={(next) => setChosen(next.id)} />
            <FileBrowser
              key={snapshot.id}
              set={set}
              snapshot={snapshot}
              onRestore={(paths) => setWanted({ snapshot, paths })}
              onPreview={(node) => setPreviewed({ snapshot, node })}
            />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="search" pt="md">
          <FileSearch
            set={set}
            snapshots={snapshots}
            onRestore={(from, path) => setWanted({ snapshot: from, paths: [path] })}
            onPreview={setPreviewed}
          />
        </Tabs.Panel>
      </Tabs>
      {previewed !== null && (
        <FilePreviewDialog
          set={set}
          file={previewed}
          onClose={endPreview}
          onRestore={() => {
            setPreviewed(null)
            setWanted({ snapshot: previewed.snapshot, paths: [previewed.node.path] })
          }}
        />
      )}
      {wanted !== null && (
        <RestoreDialog
          set={set}
          snapshot={wanted.snapshot}
          paths={wanted.paths}
          onClose={() => setWanted(null)}
        />
      )}
    </>
  )
}

function newestFirst(snapshots: readonly Snapshot[]): Snapshot[] {
  return [...snapshots].sort((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt))
}
