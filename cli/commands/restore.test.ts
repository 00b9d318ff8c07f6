import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { ids, jobRun, snapshot } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

describe('holdfast restore', () => {
  const plan = { fileCount: 2, sizeBytes: 2048, freeBytes: 1024, conflicts: ['/out/a'], conflictCount: 1 }
  const handlers = (more: Partial<ClientHandlers> = {}): Partial<ClientHandlers> =>
    withSets({
      'snapshots.list': () => Promise.resolve({ snapshots: [snapshot('a', -1000), snapshot('b', 0)] }),
      'restore.plan': () => Promise.resolve(plan),
      'restore.start': () => Promise.resolve({ jobRunId: ids.run('N') }),
      'run.wait': () => Promise.resolve({ run: jobRun({ kind: 'restore' }) }),
      ...more,
    })

  it('takes the latest snapshot, keeps both files in a conflict, and shows the plan first', async () => {
    const ran = await runWithFakes(['restore', 'docs', '--to', 'out'], {
      handlers: handlers(),
      answers: ['y'],
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.client.requests.find(({ name }) => name === 'restore.start')?.input).toEqual({
      backupSetId: ids.set('A'),
      snapshotId: ids.snapshot('b'),
      paths: [],
      targetFolder: '/work/out',
      onConflict: 'keep-both',
    })
    expect(ran.terminal.remarks.join('\n')).toMatch(/Only 1\.00 KiB are free there/)
    expect(ran.terminal.remarks.join('\n')).toMatch(/1 path exists there already/)
  })

  it('restores nothing when the person says no', async () => {
    const ran = await runWithFakes(['restore', 'docs', '--original'], {
      handlers: handlers(),
      answers: ['n'],
    })
    expect(ran.exitCode).toBe(130)
    expect(ran.requested).not.toContain('restore.start')
  })

  it('never overwrites from a script that did not say --yes', async () => {
    const args = ['restore', 'docs', '--original', '--on-conflict', 'overwrite']
    const refused = await runWithFakes(args, { handlers: handlers(), isInteractive: false })
    expect(refused.exitCode).toBe(2)
    expect(refused.requested).not.toContain('restore.start')
    const agreed = await runWithFakes([...args, '--yes'], { handlers: handlers(), isInteractive: false })
    expect(agreed.requested).toContain('restore.start')
  })

  it('wants to be told where to in a script', async () => {
    const ran = await runWithFakes(['restore', 'docs', '--json'], {
      handlers: handlers(),
      isInteractive: false,
    })
    expect(ran.json()).toMatchObject([{ problem: { code: 'INPUT_INVALID' } }])
    expect(ran.requested).not.toContain('restore.plan')
  })

  it('with --dry-run prints the plan and starts nothing', async () => {
    const ran = await runWithFakes(['restore', 'docs', '--original', '--dry-run', '--json'], {
      handlers: handlers(),
    })
    expect(ran.json()).toMatchObject([{ targetFolder: null, plan: { conflictCount: 1 } }])
    expect(ran.requested).not.toContain('restore.start')
  })

  it.each([
    ['aaaa', ids.snapshot('a')],
    ['b'.repeat(64), ids.snapshot('b')],
  ])('finds the snapshot %s by its beginning', async (word, id) => {
    const ran = await runWithFakes(['restore', 'docs', '--original', '--snapshot', word, '-y'], {
      handlers: handlers(),
    })
    expect(ran.client.requests.find(({ name }) => name === 'restore.start')?.input).toMatchObject({
      snapshotId: id,
    })
  })

  it('takes no snapshot for another', async () => {
    const ran = await runWithFakes(['restore', 'docs', '--original', '--snapshot', 'cccc', '-y'], {
      handlers: handlers(),
    })
    expect(ran.exitCode).toBe(4)
  })
})
