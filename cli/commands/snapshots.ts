import type { Command } from 'commander'
import type { FilePreview } from '../../shared/model/preview.ts'
import type { Node } from '../../shared/model/snapshot.ts'
import type { CommandContext } from '../context.ts'
import { findSet, findSnapshot } from '../find-set.ts'
import { formatSize } from '../format/size.ts'
import { formatTable } from '../format/table.ts'
import { formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'

export function addSnapshots(program: Command, host: Host): void {
  program
    .command('snapshots')
    .description('states that can be restored')
    .argument('[set]', 'name or id of a backup set')
    .action(host.run(listSnapshots))
  program
    .command('ls')
    .description('look into a snapshot')
    .argument('[set]', 'name or id of a backup set')
    .argument('[folder]', 'folder inside the snapshot', '/')
    .option('--snapshot <id>', 'which snapshot', 'latest')
    .action(host.run(listFolder))
  program
    .command('preview')
    .description('look at a text of a snapshot; asks for your second factor')
    .argument('<set>', 'name or id of a backup set')
    .argument('<path>', 'path of the file inside the snapshot')
    .option('--snapshot <id>', 'which snapshot', 'latest')
    .action(host.run(previewFile))
  program
    .command('find')
    .description('find a file and its versions in all snapshots')
    .argument('<set>', 'name or id of a backup set')
    .argument('<pattern>', 'name of the file, with * and ?')
    .action(host.run(findFiles))
}

async function listSnapshots(context: CommandContext, word: string | undefined): Promise<number> {
  const set = await findSet(context, word)
  const { snapshots } = await request(context, 'snapshots.list', { backupSetId: set.id })
  result(context, { backupSetId: set.id, snapshots }, () => {
    if (snapshots.length === 0) return ['No snapshot yet. Make one with `holdfast backup`.']
    const columns = [
      { title: 'SNAPSHOT' },
      { title: 'TAKEN' },
      { title: 'HOST' },
      { title: 'SIZE', align: 'right' as const },
      { title: 'PATHS' },
    ]
    const rows = snapshots.map((snapshot) => [
      snapshot.id.slice(0, 8),
      formatInstant(snapshot.takenAt),
      printable(snapshot.hostName),
      snapshot.sizeBytes === null ? '' : formatSize(snapshot.sizeBytes),
      snapshot.paths.map(printable).join(' '),
    ])
    return formatTable(columns, rows)
  })
  return 0
}

async function listFolder(
  context: CommandContext,
  word: string | undefined,
  folder: string,
  options: { readonly snapshot: string },
): Promise<number> {
  const set = await findSet(context, word)
  const snapshot = await findSnapshot(context, set, options.snapshot)
  const { nodes } = await request(context, 'snapshots.browse', {
    backupSetId: set.id,
    snapshotId: snapshot.id,
    folder,
  })
  result(context, { backupSetId: set.id, snapshotId: snapshot.id, folder, nodes }, () =>
    formatTable(nodeColumns, nodes.map(nodeRow)),
  )
  return 0
}

async function previewFile(
  context: CommandContext,
  word: string,
  path: string,
  options: { readonly snapshot: string },
): Promise<number> {
  const set = await findSet(context, word)
  const snapshot = await findSnapshot(context, set, options.snapshot)
  const { preview } = await request(context, 'restore.previewFile', {
    backupSetId: set.id,
    snapshotId: snapshot.id,
    path,
  })
  result(context, { backupSetId: set.id, snapshotId: snapshot.id, path, preview }, () =>
    previewLines(preview),
  )
  return 0
}

/** What a file holds must not steer the terminal. */
function previewLines(preview: FilePreview): string[] {
  switch (preview.kind) {
    case 'text': {
      const lines = preview.text.split(/\r?\n/).map((line) => printable(line.replaceAll('\t', '    ')))
      return preview.isCut ? [...lines, `… (only the beginning of ${formatSize(preview.sizeBytes)})`] : lines
    }
    case 'picture':
      return [`A picture (${preview.mediaType}, ${formatSize(preview.sizeBytes)}): the window shows it.`]
    case 'too-large':
    case 'unknown':
      return [`This kind of file cannot be shown (${formatSize(preview.sizeBytes)}). Restore it to open it.`]
  }
}

const nodeColumns = [
  { title: 'MODE' },
  { title: 'SIZE', align: 'right' as const },
  { title: 'MODIFIED' },
  { title: 'NAME' },
]

function nodeRow(node: Node): string[] {
  return [
    modeText(node),
    node.kind === 'file' ? formatSize(node.sizeBytes) : '',
    formatInstant(node.modifiedAt),
    node.kind === 'folder' ? `${printable(node.name)}/` : printable(node.name),
  ]
}

const kindLetters: Record<Node['kind'], string> = { file: '-', folder: 'd', symlink: 'l', other: '?' }

/** As `ls -l` shows it. */
export function modeText(node: Pick<Node, 'kind' | 'mode'>): string {
  const bits = Array.from('rwxrwxrwx', (letter, index) =>
    (node.mode & (1 << (8 - index))) === 0 ? '-' : letter,
  )
  return kindLetters[node.kind] + bits.join('')
}

async function findFiles(context: CommandContext, word: string, pattern: string): Promise<number> {
  const set = await findSet(context, word)
  const { matches } = await request(context, 'snapshots.search', { backupSetId: set.id, pattern })
  result(context, { backupSetId: set.id, matches }, () => {
    if (matches.length === 0) return [`No file matches ${pattern}.`]
    const columns = [
      { title: 'SNAPSHOT' },
      { title: 'SIZE', align: 'right' as const },
      { title: 'MODIFIED' },
      { title: 'PATH' },
    ]
    const rows = matches.map(({ snapshotId, node }) => [
      snapshotId.slice(0, 8),
      node.kind === 'file' ? formatSize(node.sizeBytes) : '',
      formatInstant(node.modifiedAt),
      printable(node.path),
    ])
    return formatTable(columns, rows)
  })
  return 0
}
