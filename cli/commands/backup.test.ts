import { describe, expect, it } from 'vitest'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { ids, jobRun } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

describe('holdfast backup', () => {
  const start = { 'backup.start': () => Promise.resolve({ jobRunId: ids.run('N') }) }

  it.each([
    [jobRun(), 0],
    [
      jobRun({
        outcome: 'incomplete',
        leftOutCount: 1,
        leftOut: [{ path: '/a', reason: 'permission denied' }],
      }),
      3,
    ],
    [jobRun({ outcome: 'failed', errorCode: 'QUOTA_EXCEEDED' }), 23],
    [jobRun({ outcome: 'cancelled' }), 130],
  ])('exits with the outcome of its run: %#', async (run, exitCode) => {
    const handlers = withSets({ ...start, 'run.wait': () => Promise.resolve({ run }) })
    expect((await runWithFakes(['backup', 'docs'], { handlers })).exitCode).toBe(exitCode)
  })

  it('names the files that were left out', async () => {
    const run = jobRun({
      outcome: 'incomplete',
      leftOutCount: 30,
      leftOut: [{ path: '/a\nb', reason: 'permission denied' }],
    })
    const handlers = withSets({ ...start, 'run.wait': () => Promise.resolve({ run }) })
    const ran = await runWithFakes(['backup', 'docs'], { handlers })
    expect(ran.terminal.results).toContain('  left out: /a\\x0ab (permission denied)')
    expect(ran.terminal.results).toContain('  … and 29 more')
  })

  it('with --json prints events, one a line, and nothing else on stdout', async () => {
    const handlers = withSets({ ...start, 'run.wait': () => Promise.resolve({ run: jobRun() }) })
    const ran = await runWithFakes(['backup', 'docs', '--json'], { handlers })
    expect(ran.json()).toMatchObject([
      { event: 'run.started' },
      { event: 'run.ended', run: { outcome: 'complete' } },
    ])
  })

  it('with --dry-run only says what would be added, changed and left out', async () => {
    const dryRun = {
      filesNew: 30,
      filesChanged: 0,
      filesUnmodified: 5,
      bytesProcessed: 2048,
      bytesAdded: 1024,
      changes: [{ path: '/a\nb', change: 'new' as const, sizeBytes: 512 }],
      leftOutCount: 1,
      leftOut: [{ path: '/c', reason: 'permission denied' }],
      isFirst: false,
    }
    const handlers = withSets({ 'backup.dryRun': () => Promise.resolve({ dryRun }) })
    const ran = await runWithFakes(['backup', 'docs', '--dry-run'], { handlers })
    expect(ran.exitCode).toBe(3)
    expect(ran.requested).toEqual(['sets.list', 'backup.dryRun'])
    expect(ran.terminal.results).toEqual([
      'docs: 30 new, 0 changed, 5 unchanged files',
      '  2.00 KiB looked at, 1.00 KiB would be added before compression',
      '  new: /a\\x0ab (512 B)',
      '  … and 29 more',
      '  left out: /c (permission denied)',
    ])
    const json = (await runWithFakes(['backup', 'docs', '--dry-run', '--json'], { handlers })).json()
    expect(json).toMatchObject([{ backupSetId: ids.set('A'), dryRun: { filesNew: 30 } }])
  })

  it('asks which set when there are several and none is named', async () => {
    const ran = await runWithFakes(['backup'], { handlers: withSets(start) })
    expect(ran.exitCode).toBe(2)
    expect(ran.terminal.remarks[0]).toContain('docs')
    expect(ran.terminal.remarks[0]).toContain('photos')
  })

  it('does not guess at a set of another name', async () => {
    const ran = await runWithFakes(['backup', 'doc'], { handlers: withSets(start) })
    expect(ran.exitCode).toBe(4)
    expect(ran.requested).not.toContain('backup.start')
  })

  it('with --all goes on after a failed set and ends with its code', async () => {
    const runs = [
      jobRun({ outcome: 'failed', errorCode: 'SOURCE_MISSING' }),
      jobRun({ outcome: 'incomplete' }),
    ]
    const handlers = withSets({
      ...start,
      'run.wait': () => Promise.resolve({ run: runs.shift() ?? jobRun() }),
    })
    const ran = await runWithFakes(['backup', '--all'], { handlers })
    expect(ran.exitCode).toBe(17)
    expect(ran.requested.filter((name) => name === 'backup.start')).toHaveLength(2)
  })
})
