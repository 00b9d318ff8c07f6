import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupSetDefinitionSchema, backupSetSchema } from '../../shared/model/backup-set.ts'
import { openScheduleFile } from './schedule-file.ts'

let folder = ''
let warnings: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  warnings = []
})
afterEach(() => rm(folder, { recursive: true }))

const log = {
  info: () => undefined,
  warn: (_fields: object, message: string) => void warnings.push(message),
  error: () => undefined,
}
const backupSet = backupSetSchema.parse({
  id: `set_${'a'.repeat(22)}`,
  deviceId: null,
  repositoryId: `rep_${'a'.repeat(22)}`,
  keyId: `key_${'a'.repeat(22)}`,
  definition: backupSetDefinitionSchema.parse({ name: 'Docs', sources: ['/s'] }),
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  storedBytes: 0,
  snapshotCount: 0,
  isBrakeTripped: false,
  deletedAt: null,
  purgeAfter: null,
})
const state = { handledUntilMs: 5, isHeldBack: true, retry: { atMs: 7, count: 2 } }
const open = () => openScheduleFile(folder, log)

describe('what scheduling remembers', () => {
  it('is there after a restart', async () => {
    await open().keepBackupSets([backupSet])
    await open().keepState(backupSet.id, state)
    expect(await open().backupSets()).toEqual([backupSet])
    expect(await open().state(backupSet.id, 99)).toEqual(state)
  })

  it('of a set that was never seen begins now: nothing of the past is caught up', async () => {
    expect(await open().state(backupSet.id, 99)).toEqual({
      handledUntilMs: 99,
      isHeldBack: false,
      retry: null,
    })
  })

  it('makes a retry due at once whose process ended in it', async () => {
    await open().keepState(backupSet.id, { ...state, retry: { atMs: Number.POSITIVE_INFINITY, count: 2 } })
    expect((await open().state(backupSet.id, 99)).retry).toEqual({ atMs: 0, count: 2 })
  })

  it('forgets sets that left this computer', async () => {
    const file = open()
    await file.keepState(backupSet.id, state)
    await file.keepBackupSets([])
    expect((await file.state(backupSet.id, 99)).handledUntilMs).toBe(99)
  })

  it('loses nothing to two writers at once', async () => {
    const file = open()
    await Promise.all([
      file.keepBackupSets([backupSet]),
      file.keepState(backupSet.id, state),
      file.keepState(backupSet.id, { ...state, isHeldBack: false }),
    ])
    expect(await open().backupSets()).toHaveLength(1)
    expect((await open().state(backupSet.id, 99)).isHeldBack).toBe(false)
  })

  it('is fetched again when it was damaged, with a warning', async () => {
    await writeFile(join(folder, 'schedule.json'), '{"backupSets": [')
    expect(await open().backupSets()).toEqual([])
    expect(warnings).toHaveLength(1)
  })

  it('can be read by its owner only', async () => {
    await open().keepBackupSets([backupSet])
    expect((await stat(join(folder, 'schedule.json'))).mode & 0o077).toBe(0)
  })
})
