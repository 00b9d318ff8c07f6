import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAppError, type ErrorCode } from '../../shared/errors.ts'
import type { Progress } from '../jobs/job-runner.ts'
import type { RunResult } from '../jobs/report.ts'
import { systemClock } from '../ports/system-clock.ts'
import { folderRepository, type FolderRepository } from './folder-repository.fixture.ts'
import { leftOutList } from './left-out.ts'
import { metadataPacks } from './metadata-packs.ts'
import { resticBackup, type BackupRequest } from './restic-backup.ts'

let place: FolderRepository
let source = ''
beforeEach(async () => {
  place = await folderRepository()
  source = join(place.folder, 'source')
  await mkdir(source)
})
afterEach(() => place.remove())

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let progress: Progress[] = []

async function backUp(
  more: Partial<BackupRequest> = {},
  definition: Record<string, unknown> = {},
): Promise<RunResult & { lacking: { path: string; reason: string }[] }> {
  progress = []
  const leftOut = leftOutList()
  const result = await resticBackup(
    { clock: systemClock, log },
    {
      engine: place.engine,
      repository: place.repository,
      backupSet: place.setOf({ sources: [source], ...definition }),
      sources: [source],
      hostName: 'test-host',
      workFolder: join(place.folder, 'work'),
      stop: new AbortController().signal,
      leftOut,
      progress: (each) => void progress.push(each),
      say: () => undefined,
      onRefusal: () => undefined,
      ...more,
    },
  )
  return { ...result, lacking: await leftOut.list() }
}

/** Names in the newest snapshot, below the source. */
function namesInSnapshot(): string[] {
  const lines = place.restic('ls', '--json', 'latest').trimEnd().split('\n').slice(1)
  return lines
    .map((line) => (JSON.parse(line) as { path: string }).path)
    .filter((path) => path.startsWith(`${source}/`))
    .map((path) => path.slice(source.length + 1))
}

describe('restic, run for a backup', () => {
  it('takes every name that hurts', async () => {
    const names = [
      'with spaces',
      'new\nline',
      'émoji 🎉',
      'n'.repeat(255),
      '-dash',
      '$HOME',
      's*t[a]r?',
      '#hash',
    ]
    for (const name of names) await writeFile(join(source, name), name)
    await writeFile(Buffer.concat([Buffer.from(`${source}/b`), Buffer.from([0xff, 0xfe])]), 'bytes')
    const deep = join(source, ...Array.from({ length: 50 }, (_, depth) => `level ${depth}`))
    await mkdir(deep, { recursive: true })
    await symlink('/nowhere', join(source, 'dangling'))
    await link(join(source, '-dash'), join(source, 'hard'))
    const sparse = await open(join(source, 'sparse'), 'w')
    await sparse.truncate(50_000_000)
    await sparse.close()
    const result = await backUp()
    expect(result).toMatchObject({ outcome: 'complete', lacking: [] })
    expect(result.bytesAdded).toBeLessThan(1_000_000)
    const found = namesInSnapshot()
    expect(found).toEqual(expect.arrayContaining([...names, 'b\ufffd\ufffd', 'dangling', 'hard', 'sparse']))
    expect(found.some((name) => name.endsWith('level 49'))).toBe(true)
  })

  it('takes sources whose own names hurt', async () => {
    const sources = ['a b', 'new\nline', '-flag', '!bang', '#hash'].map((name) => join(source, name))
    for (const path of sources) {
      await mkdir(path)
      await writeFile(join(path, 'file'), path)
    }
    expect(await backUp({ sources })).toMatchObject({ outcome: 'complete', filesNew: 5 })
  })

  it('finds the snapshot before, and stores only what changed', async () => {
    for (let index = 0; index < 20; index += 1) {
      await writeFile(join(source, `file ${index}`), randomBytes(50_000))
    }
    const first = await backUp()
    await writeFile(join(source, 'file 7'), randomBytes(50_000))
    const second = await backUp()
    expect(second).toMatchObject({ filesNew: 0, filesChanged: 1, filesUnmodified: 19 })
    expect(second.bytesAdded).toBeLessThan(100_000)
    expect(second.snapshotId).not.toBe(first.snapshotId)
  })

  it('tells the whole id of its snapshot, which restic 0.14 abbreviates', async () => {
    await writeFile(join(source, 'a'), 'a')
    const { snapshotId } = await backUp()
    const [snapshot] = JSON.parse(place.restic('snapshots', '--json')) as { id: string }[]
    expect(snapshotId).toBe(snapshot?.id)
  })

  it.each([
    ['*.tmp', ['a.tmp', 'b.txt'], ['b.txt']],
    ['$literal', ['$literal', 'literal'], ['literal']],
    ['#note', ['#note', 'note'], ['note']],
    [' space', [' space', 'space'], ['space']],
    ['ü', ['ü', 'u'], ['u']],
  ])('leaves out what %j excludes', async (pattern, names, kept) => {
    for (const name of names) await writeFile(join(source, name), '')
    await backUp({}, { exclusions: [pattern] })
    expect(namesInSnapshot()).toEqual(kept)
  })

  it('leaves out what a restore is making', async () => {
    await mkdir(join(source, '.holdfast-restore-abc-1'))
    await writeFile(join(source, '.holdfast-restore-abc-1', 'half'), '')
    await writeFile(join(source, 'whole'), '')
    await backUp()
    expect(namesInSnapshot()).toEqual(['whole'])
  })

  it('leaves nothing of its own behind', async () => {
    await writeFile(join(source, 'a'), 'a')
    await backUp()
    expect(await readdir(join(place.folder, 'work'))).toEqual([])
  })

  it('tells progress that never exceeds the whole', async () => {
    for (let index = 0; index < 30; index += 1)
      await writeFile(join(source, `${index}`), randomBytes(1_000_000))
    await backUp()
    for (const each of progress) expect(each.doneFraction ?? 0).toBeLessThanOrEqual(1)
    expect(progress.length).toBeGreaterThan(0)
  })

  it('goes on while files change and vanish under it', async () => {
    for (let index = 0; index < 200; index += 1)
      await writeFile(join(source, `${index}`), randomBytes(20_000))
    const stop = new AbortController()
    const churn = (async () => {
      for (let turn = 0; !stop.signal.aborted; turn += 1) {
        const path = join(source, `${turn % 200}`)
        await writeFile(path, randomBytes(10_000 + (turn % 30_000)))
        await rename(path, `${path} moved`)
        await rm(`${path} moved`)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const result = await backUp()
    stop.abort()
    await churn
    expect(['complete', 'incomplete']).toContain(result.outcome)
    expect(result.outcome === 'incomplete').toBe(result.lacking.length > 0)
    expect(place.restic('check', '--read-data')).toContain('no errors were found')
  })

  it('is cancelled by an interrupt and leaves no lock', async () => {
    for (let index = 0; index < 40; index += 1)
      await writeFile(join(source, `${index}`), randomBytes(1_000_000))
    const stop = new AbortController()
    const code = await backUp(
      { stop: stop.signal, progress: () => stop.abort() },
      { uploadLimitKibPerSecond: 2000 },
    ).then(() => undefined, codeOf)
    expect(code).toBe('CANCELLED')
    expect(
      await readdir(join(place.repository.kind === 'folder' ? place.repository.path : '', 'locks')),
    ).toEqual([])
  })

  it('with a wrong password says so', async () => {
    const repository = { ...place.repository, password: 'another' }
    await writeFile(join(source, 'a'), '')
    expect(await backUp({ repository }).then(() => undefined, codeOf)).toBe('REPOSITORY_PASSWORD_WRONG')
  })

  it('without a repository says so', async () => {
    const repository = { ...place.repository, kind: 'folder' as const, path: join(place.folder, 'none') }
    expect(await backUp({ repository }).then(() => undefined, codeOf)).toBe('REPOSITORY_MISSING')
  })

  it('that is not there says so', async () => {
    const engine = { ...place.engine, path: join(place.folder, 'no-restic') }
    expect(await backUp({ engine }).then(() => undefined, codeOf)).toBe('ENGINE_MISSING')
  })
})

describe('files that cannot be read', () => {
  it('make the backup incomplete, and are named with the reason', async () => {
    await writeFile(join(source, 'readable'), 'x')
    await writeFile(join(source, 'secret'), 'x')
    await mkdir(join(source, 'closed'))
    await chmod(join(source, 'secret'), 0)
    await chmod(join(source, 'closed'), 0)
    const engine = { ...place.engine, path: await withoutRootsEye() }
    const result = await backUp({ engine })
    expect(result).toMatchObject({ outcome: 'incomplete', filesNew: 1 })
    expect(result.lacking.map(({ path }) => path).sort()).toEqual([
      join(source, 'closed'),
      join(source, 'secret'),
    ])
    expect(namesInSnapshot()).toContain('readable')
  })
})

describe('the packs that hold folders', () => {
  it('are exactly those in restic’s cache', async () => {
    for (let folder = 0; folder < 20; folder += 1) {
      await mkdir(join(source, `${folder}`))
      await writeFile(join(source, `${folder}`, 'data'), randomBytes(400_000))
    }
    expect(await metadataPacks(place.repository.cacheFolder)).toEqual(new Set())
    await backUp()
    const packs = new Map<string, Set<string>>()
    for (const id of place.restic('list', 'index').trim().split('\n')) {
      const index = JSON.parse(place.restic('cat', 'index', id)) as {
        packs: { id: string; blobs: { type: string }[] }[]
      }
      for (const { id: pack, blobs } of index.packs) packs.set(pack, new Set(blobs.map(({ type }) => type)))
    }
    const withFolders = [...packs].filter(([, types]) => types.has('tree'))
    expect(withFolders.length).toBeGreaterThan(0)
    expect(packs.size).toBeGreaterThan(withFolders.length)
    for (const [, types] of withFolders) expect(types.has('data')).toBe(false)
    expect(await metadataPacks(place.repository.cacheFolder)).toEqual(
      new Set(withFolders.map(([pack]) => pack)),
    )
  })
})

function codeOf(error: unknown): ErrorCode {
  if (!isAppError(error)) throw error
  return error.code
}

/** restic, but without root's right to read everything (capabilities(7)). */
async function withoutRootsEye(): Promise<string> {
  if (process.getuid?.() !== 0) return place.engine.path
  const path = join(place.folder, 'restic')
  const drop = 'setpriv --bounding-set -dac_override,-dac_read_search --'
  await writeFile(path, `#!/bin/sh\nexec ${drop} '${place.engine.path}' "$@"\n`, { mode: 0o755 })
  return path
}
