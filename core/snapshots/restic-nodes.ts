import { snapshotSchema, type Node, type Snapshot } from '../../shared/model/snapshot.ts'
import { z } from 'zod'

const resticSnapshotSchema = z.object({
  id: z.string(),
  time: z.string(),
  hostname: z.string().default(''),
  paths: z.array(z.string()).nullish(),
  tags: z.array(z.string()).nullish(),
  /** From restic 0.17. */
  summary: z
    .object({ total_files_processed: z.number().int(), total_bytes_processed: z.number().int() })
    .nullish(),
})

/** A snapshot as restic's JSON has it; undefined for anything else. */
export function parseSnapshot(value: unknown): Snapshot | undefined {
  const parsed = resticSnapshotSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { id, time, hostname, paths, tags, summary } = parsed.data
  const snapshot = snapshotSchema.safeParse({
    id,
    // restic writes nanoseconds and the zone of the computer; the contract is UTC and milliseconds.
    takenAt: new Date(time).toISOString(),
    utcOffsetMinutes: offsetOf(time),
    hostName: hostname,
    paths: paths ?? [],
    tags: tags ?? [],
    fileCount: summary?.total_files_processed ?? null,
    sizeBytes: summary?.total_bytes_processed ?? null,
  })
  return snapshot.success ? snapshot.data : undefined
}

/** `2026-01-02T00:10:00+09:00` → 540. */
function offsetOf(time: string): number {
  const [, sign = '', hours = '', minutes = ''] = /([+-])(\d\d):(\d\d)$/.exec(time) ?? []
  const minutesAhead = Number(hours) * 60 + Number(minutes)
  return sign === '-' ? -minutesAhead : minutesAhead
}

/**
 * A file or folder as `ls --json` and `find --json` have it; undefined for anything else. Checked by hand:
 * a snapshot has millions of them.
 */
export function parseNode(value: unknown): Node | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { path, type, size, mtime, mode } = value as Readonly<Record<string, unknown>>
  if (typeof path !== 'string' || typeof type !== 'string' || typeof mtime !== 'string') return undefined
  return {
    path,
    name: nameOf(path),
    kind: kindOf(type),
    sizeBytes: typeof size === 'number' ? size : 0,
    modifiedAt: mtime,
    mode: typeof mode === 'number' ? unixModeOf(mode) : 0,
  }
}

/** `find` gives no names, and a name never holds a slash. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function kindOf(type: string): Node['kind'] {
  if (type === 'file' || type === 'symlink') return type
  return type === 'dir' ? 'folder' : 'other'
}

/** Go keeps setuid, setgid and sticky in bits of its own (https://pkg.go.dev/io/fs#FileMode). */
function unixModeOf(goMode: number): number {
  const special = [
    [0x0080_0000, 0o4000],
    [0x0040_0000, 0o2000],
    [0x0010_0000, 0o1000],
  ] as const
  return special.reduce((mode, [go, unix]) => ((goMode & go) === 0 ? mode : mode | unix), goMode & 0o777)
}
