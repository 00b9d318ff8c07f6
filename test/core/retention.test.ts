import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maintenanceArguments } from '../../core/backup/run-maintenance.ts'
import { folderRepository, type FolderRepository } from '../../core/backup/folder-repository.fixture.ts'
import { parseSnapshot } from '../../core/snapshots/restic-nodes.ts'
import { defaultRetention, type Retention } from '../../shared/model/backup-set.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { applyRetention } from '../../shared/retention.ts'
import { noRules } from '../../shared/retention.fixture.ts'

let place: FolderRepository
let snapshots: Snapshot[] = []

/** Wall-clock times with the zone they were taken in: borders of days, weeks, months, years and of summer time. */
const taken: readonly (readonly [zone: string, at: string])[] = [
  ['UTC', '2023-12-31 23:59:59'],
  ['UTC', '2024-01-01 00:00:00'],
  ['Europe/Berlin', '2024-02-29 12:00:00'],
  ['Europe/Berlin', '2024-12-30 08:00:00'],
  ['Asia/Tokyo', '2025-01-01 00:10:00'],
  ['America/New_York', '2025-03-08 23:30:00'],
  ['America/New_York', '2025-03-09 23:30:00'],
  ['Europe/Berlin', '2025-10-25 23:30:00'],
  ['Europe/Berlin', '2025-10-26 02:30:00'],
  ['Europe/Berlin', '2025-10-26 23:30:00'],
  ['UTC', '2025-12-28 10:00:00'],
  ['UTC', '2025-12-29 10:00:00'],
  ['UTC', '2026-01-01 10:00:00'],
  ['UTC', '2026-01-01 10:59:59'],
  ['UTC', '2026-01-01 11:00:00'],
  ['UTC', '2026-01-01 23:30:00'],
  ['Asia/Tokyo', '2026-01-02 00:10:00'],
  ['Asia/Kolkata', '2026-01-04 23:59:00'],
  ['Asia/Kolkata', '2026-01-05 00:01:00'],
  ['UTC', '2026-01-05 20:00:00'],
  ['UTC', '2026-01-06 20:00:00'],
  ['UTC', '2049-01-01 00:00:00'],
]

beforeAll(async () => {
  place = await folderRepository()
  const source = path.join(place.folder, 'source')
  await mkdir(source)
  await writeFile(path.join(source, 'a'), 'a')
  for (const [zone, at] of taken) {
    execFileSync(place.engine.path, ['backup', '--quiet', '--time', at, source], {
      env: {
        PATH: process.env['PATH'],
        TZ: zone,
        RESTIC_REPOSITORY: place.repository.kind === 'folder' ? place.repository.path : '',
        RESTIC_PASSWORD: place.repository.password,
        RESTIC_CACHE_DIR: place.repository.cacheFolder,
      },
    })
  }
  const found = JSON.parse(place.restic('snapshots', '--json')) as unknown[]
  snapshots = found.flatMap((each) => parseSnapshot(each) ?? [])
})
afterAll(() => place.remove())

/** Ids that restic would keep, oldest first. */
function keptByRestic(retention: Retention): string[] {
  const args = maintenanceArguments(retention)
  const untilPrune = args.slice(0, args.indexOf('--prune'))
  const output = place.restic(...untilPrune, '--dry-run')
  const [group] = JSON.parse(output.slice(output.indexOf('['))) as { keep: { id: string }[] | null }[]
  return (group?.keep ?? []).map(({ id }) => id).sort()
}

describe('the foretold retention', () => {
  it.each<Partial<Retention>>([
    { keepLastCount: 1 },
    { keepLastCount: 5 },
    { keepLastCount: 100 },
    { keepHourlyCount: 3 },
    { keepHourlyCount: 50 },
    { keepDailyCount: 4 },
    { keepDailyCount: 50 },
    { keepWeeklyCount: 3 },
    { keepWeeklyCount: 50 },
    { keepMonthlyCount: 2 },
    { keepMonthlyCount: 50 },
    { keepYearlyCount: 2 },
    { keepYearlyCount: 50 },
    { keepWithinDays: 1 },
    { keepWithinDays: 2 },
    { keepWithinDays: 9 },
    { keepWithinDays: 400 },
    { keepDailyCount: 3, keepWeeklyCount: 4, keepMonthlyCount: 3, keepYearlyCount: 2 },
    { keepLastCount: 2, keepHourlyCount: 4, keepWithinDays: 3, keepYearlyCount: 9 },
    defaultRetention,
  ])('is what restic forget does: %o', (rules) => {
    const retention = { ...noRules, ...rules }
    const { kept } = applyRetention(retention, snapshots, {
      nowMs: Date.now(),
      keepsOldest: place.engine.features.keepsOldest,
    })
    expect(kept.map(({ snapshot }) => snapshot.id as string).sort()).toEqual(keptByRestic(retention))
  })
})
