import { access, constants, lstat, readdir } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Excluded, Selection } from '../../shared/model/preview.ts'
import { exclusionPatterns } from '../backup/exclude-file.ts'
import { leftOutList, type LeftOutList } from '../backup/left-out.ts'
import { codeOf } from '../profile/system-error.ts'
import { exclusionsOf, partsOf, type Exclusions } from './exclusions.ts'

export interface MeasureDeps {
  readonly clock: Clock
  /** Whether a file could be opened for reading. */
  readonly isReadable?: (path: Buffer) => Promise<boolean>
  readonly onProgress?: (done: { fileCount: number; sizeBytes: number }) => void
  /** Each file that a backup would hold. */
  readonly onFile?: (path: string) => void
}

export interface SelectionRequest {
  readonly sources: readonly string[]
  readonly exclusions: readonly string[]
  readonly stop: AbortSignal
}

/** An estimate that takes longer than this is none: what was seen by then is told as "at least". */
const longestMs = 3 * 60_000
const mostEntries = 3_000_000
const progressEveryMs = 250
const atOnce = 64
const shownExcluded = 200
const shownUnreadable = 100

/**
 * Looks through what is to be backed up, as restic would, without reading any content. Names only: sizes come
 * from the file system, exclusions are matched as restic matches them (exclusions.ts).
 *
 * @throws AppError CANCELLED, INPUT_INVALID for an exclusion that is no pattern
 */
export async function measureSelection(deps: MeasureDeps, request: SelectionRequest): Promise<Selection> {
  const walk = new Walk(deps, request)
  for (const source of new Set(request.sources)) await walk.source(source)
  return walk.result()
}

interface Folder {
  readonly path: Buffer
  readonly parts: readonly string[]
  /** Set inside of what an exclusion leaves out. */
  readonly excluded: Tally | null
}

interface Tally {
  fileCount: number
  sizeBytes: number
}

/** One pass over all sources. Invariant: every entry is counted once, in what stays or in what is excluded. */
class Walk {
  private readonly excludedBy: Exclusions
  private readonly isSource: Set<string>
  private readonly unreadable: LeftOutList = leftOutList()
  private readonly missing: string[] = []
  private readonly excluded: Excluded[] = []
  private readonly kept: Tally & { folderCount: number } = { fileCount: 0, folderCount: 0, sizeBytes: 0 }
  private readonly left: Tally & { count: number } = { fileCount: 0, sizeBytes: 0, count: 0 }
  private entries = 0
  private isWhole = true
  private readonly startedMs: number
  private toldMs: number

  private readonly deps: MeasureDeps
  private readonly request: SelectionRequest

  constructor(deps: MeasureDeps, request: SelectionRequest) {
    this.deps = deps
    this.request = request
    this.excludedBy = exclusionsOf(exclusionPatterns(request.exclusions), process.platform)
    this.isSource = new Set(request.sources)
    this.startedMs = deps.clock.nowMs()
    this.toldMs = this.startedMs
  }

  async source(path: string): Promise<void> {
    const folders: Folder[] = []
    await this.entry(
      { path: Buffer.from(path), parts: partsOf(path, process.platform), excluded: null },
      folders,
      true,
    )
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      if (!this.mayGoOn()) return
      await this.folder(folder, folders)
    }
  }

  result(): Promise<Selection> {
    return this.unreadable.list().then((unreadable) => ({
      ...this.kept,
      unreadableCount: this.unreadable.count(),
      unreadable: unreadable.slice(0, shownUnreadable),
      missing: this.missing,
      excludedFileCount: this.left.fileCount,
      excludedSizeBytes: this.left.sizeBytes,
      excludedCount: this.left.count,
      excluded: this.excluded,
      isWhole: this.isWhole,
    }))
  }

  /** @throws AppError CANCELLED */
  private mayGoOn(): boolean {
    if (this.request.stop.aborted) throw new AppError('CANCELLED', 'The estimate was stopped.')
    const nowMs = this.deps.clock.nowMs()
    if (nowMs - this.startedMs > longestMs || this.entries > mostEntries) this.isWhole = false
    // A wall clock may jump back.
    if (nowMs - this.toldMs >= progressEveryMs || nowMs < this.toldMs) {
      this.toldMs = nowMs
      this.deps.onProgress?.({ fileCount: this.kept.fileCount, sizeBytes: this.kept.sizeBytes })
    }
    return this.isWhole
  }

  private async folder(folder: Folder, folders: Folder[]): Promise<void> {
    let names: Buffer[]
    try {
      names = await readdir(folder.path, { encoding: 'buffer' })
    } catch (error) {
      if (folder.excluded === null) this.unreadable.add(folder.path.toString(), codeOf(error))
      return
    }
    const prefix = folder.path.at(-1) === 0x2f ? folder.path : Buffer.concat([folder.path, Buffer.from('/')])
    for (let at = 0; at < names.length && this.mayGoOn(); at += atOnce) {
      await Promise.all(
        names.slice(at, at + atOnce).map((name) =>
          this.entry(
            {
              path: Buffer.concat([prefix, name]),
              parts: [...folder.parts, name.toString()],
              excluded: folder.excluded,
            },
            folders,
            false,
          ),
        ),
      )
    }
  }

  private async entry(entry: Folder, folders: Folder[], isSource: boolean): Promise<void> {
    const text = entry.path.toString()
    // It is counted when its turn as a source comes.
    if (!isSource && this.isSource.has(text)) return
    this.entries += 1
    let found: Stats
    try {
      found = await lstat(entry.path)
    } catch (error) {
      if (isSource && isMissing(error)) this.missing.push(text)
      else if (!isMissing(error) && entry.excluded === null) this.unreadable.add(text, codeOf(error))
      return
    }
    const tally = entry.excluded ?? this.newlyExcluded(entry, text, found)
    if (found.isDirectory()) {
      if (tally === null) this.kept.folderCount += 1
      folders.push({ ...entry, excluded: tally })
    } else if (found.isFile()) await this.file(entry.path, text, found.size, tally)
  }

  private async file(path: Buffer, text: string, sizeBytes: number, excluded: Tally | null): Promise<void> {
    if (excluded === null) {
      const isReadable = await (this.deps.isReadable ?? canRead)(path)
      if (!isReadable) {
        this.unreadable.add(text, '')
        return
      }
      this.deps.onFile?.(text)
    } else add(this.left, sizeBytes)
    add(excluded ?? this.kept, sizeBytes)
  }

  private newlyExcluded(entry: Folder, path: string, found: Stats): Tally | null {
    const pattern = this.excludedBy(entry.parts)
    if (pattern === undefined) return null
    this.left.count += 1
    const tally: Excluded = { path, kind: kindOf(found), pattern, fileCount: 0, sizeBytes: 0 }
    if (this.excluded.length < shownExcluded) this.excluded.push(tally)
    return tally
  }
}

function add(tally: Tally, sizeBytes: number): void {
  tally.fileCount += 1
  tally.sizeBytes += sizeBytes
}

function kindOf(found: Stats): Excluded['kind'] {
  if (found.isDirectory()) return 'folder'
  if (found.isFile()) return 'file'
  return found.isSymbolicLink() ? 'symlink' : 'other'
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
}

async function canRead(path: Buffer): Promise<boolean> {
  try {
    await access(path, constants.R_OK)
    return true
  } catch {
    // Why, is found out again for those that are shown (left-out.ts).
    return false
  }
}
