import { describe, expect, it } from 'vitest'
import type { JobRun } from '../shared/model/job-run.ts'
import { runSummary } from './run-summary.ts'
import { jobRun } from './testing/samples.ts'

const plain = (_style: unknown, text: string): string => text
const restore = { kind: 'restore', outcome: 'complete', filesChanged: 0 } as const

describe('the summary of a restore', () => {
  it('tells what was put back from what was there already, and what was read', () => {
    const run = jobRun({
      ...restore,
      filesNew: 2,
      bytesAdded: 2048,
      filesUnmodified: 1,
      bytesProcessed: 4096,
    })
    expect(runSummary(run, plain).slice(1)).toEqual([
      '  2 files, 2.00 KiB restored',
      '  1 file was there already and stayed',
      '  4.00 KiB read from the backup and verified',
    ])
  })

  it('of files that are all there already restores nothing, neither files nor bytes', () => {
    const run = jobRun({ ...restore, filesNew: 0, bytesAdded: 0, filesUnmodified: 3, bytesProcessed: 4096 })
    expect(runSummary(run, plain).slice(1)).toEqual([
      '  0 files, 0 B restored',
      '  3 files were there already and stayed',
      '  4.00 KiB read from the backup and verified',
    ])
  })
})

describe('the summary of a skip', () => {
  it('says why, and what to do where no later run makes it good by itself', () => {
    const skipped = (skipReason: JobRun['skipReason']) =>
      runSummary(jobRun({ outcome: 'skipped', skipReason }), plain)
    expect(skipped('on-battery')).toEqual([expect.stringContaining('Backup skipped: on-battery')])
    expect(skipped('second-factor-required')).toEqual([
      expect.stringContaining('Backup skipped: second-factor-required'),
      '  Sign in with `holdfast login` and set up a second factor.',
    ])
  })
})
