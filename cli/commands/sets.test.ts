import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { failingFirst } from '../testing/fake-client.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { backupSet, ids, snapshot } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

describe('holdfast sets', () => {
  const kit = {
    keyId: ids.key('K'),
    text: 'Key: HFK1-AAAA-BBBB',
    html: '<p>HFK1-AAAA-BBBB</p>',
    confirmGroups: [2, 5],
  }

  it('size says how much a set is, and what is left out and why', async () => {
    const selection = {
      fileCount: 2,
      folderCount: 1,
      sizeBytes: 2048,
      unreadableCount: 1,
      unreadable: [{ path: '/a/secret', reason: 'permission denied' }],
      missing: ['/gone'],
      excludedFileCount: 7,
      excludedSizeBytes: 1024,
      excludedCount: 1,
      excluded: [
        { path: '/a/Cache', kind: 'folder' as const, pattern: 'Cache', fileCount: 7, sizeBytes: 1024 },
      ],
      isWhole: false,
    }
    const handlers = withSets({ 'sets.measure': () => Promise.resolve({ selection }) })
    const ran = await runWithFakes(['sets', 'size', 'docs'], { handlers })
    expect(ran.terminal.results).toEqual([
      'at least 2 files, 2.00 KiB',
      '  not there: /gone',
      '  cannot be read: /a/secret (permission denied)',
      '7 files, 1.00 KiB left out by exclusions',
      '  /a/Cache (Cache, 1.00 KiB)',
    ])
  })

  it('retention says which snapshots stay and which go', async () => {
    const hourMs = 3_600_000
    const retention = {
      ...backupSet().definition.retention,
      keepWithinDays: 0,
      keepLastCount: 1,
      keepDailyCount: 1,
    }
    const set = backupSet({ definition: { ...backupSet().definition, retention } })
    const handlers = withSets({
      'sets.list': () => Promise.resolve({ backupSets: [set] }),
      'snapshots.list': () =>
        Promise.resolve({ snapshots: [3, 2, 1].map((age) => snapshot(String(age), -age * hourMs)) }),
    })
    const ran = await runWithFakes(['sets', 'retention', '--json'], { handlers })
    expect(ran.json()).toMatchObject([
      {
        snapshots: [
          { id: ids.snapshot('1') },
          { id: ids.snapshot('2'), rules: [] },
          { id: ids.snapshot('3') },
        ],
      },
    ])
    const text = (await runWithFakes(['sets', 'retention'], { handlers })).terminal.results
    expect(text[1]).toContain('last, daily, weekly')
    expect(text[2]).toContain('with the next maintenance')
  })

  it('add makes the first set only after the kit’s groups were typed back', async () => {
    const handlers: Partial<ClientHandlers> = {
      'sets.create': failingFirst([['KIT_NOT_CONFIRMED']], () => ({ backupSet: backupSet() })),
      'kit.create': () => Promise.resolve({ kit }),
      'kit.confirm': failingFirst([['KIT_INVALID']], () => ({ done: true as const })),
    }
    const ran = await runWithFakes(['sets', 'add', '--name', 'docs', '--source', '/a'], {
      handlers,
      answers: ['', 'wrong', 'wrong', 'BBBB', 'EEEE'],
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.requested).toEqual(['sets.create', 'kit.create', 'kit.confirm', 'kit.confirm', 'sets.create'])
    expect(ran.client.requests[3]?.input).toEqual({ groups: ['BBBB', 'EEEE'] })
    expect(ran.terminal.remarks).toContain('Key: HFK1-AAAA-BBBB')
    expect(ran.terminal.results.join('\n')).not.toContain('AAAA')
  })

  it('add with --non-interactive is KIT_NOT_CONFIRMED and makes no kit', async () => {
    const handlers = {
      'sets.create': () => Promise.reject(new AppError('KIT_NOT_CONFIRMED', 'First the kit.')),
    }
    const ran = await runWithFakes(['sets', 'add', '--name', 'x', '--source', '/a', '--non-interactive'], {
      handlers,
    })
    expect(ran.exitCode).toBe(45)
    expect(ran.requested).toEqual(['sets.create'])
  })

  it('add without flags asks for what it needs', async () => {
    const handlers = { 'sets.create': () => Promise.resolve({ backupSet: backupSet() }) }
    const answers = [
      '',
      'docs',
      '',
      '/home/anna',
      'pictures',
      '',
      '*.tmp',
      '',
      '2',
      'someday',
      'mon,fri@20:00',
    ]
    const ran = await runWithFakes(['sets', 'add'], { handlers, answers })
    expect(ran.exitCode).toBe(0)
    expect(ran.client.requests[0]?.input).toMatchObject({
      definition: {
        name: 'docs',
        sources: ['/home/anna', '/work/pictures'],
        exclusions: ['*.tmp'],
        schedules: [{ kind: 'weekly', on: ['mon', 'fri'], at: '20:00' }],
      },
    })
  })

  it('edit names the version it edited and keeps what was not said', async () => {
    const handlers = withSets({ 'sets.update': () => Promise.resolve({ backupSet: backupSet() }) })
    const ran = await runWithFakes(['sets', 'edit', 'docs', '--keep-daily', '60'], { handlers })
    expect(ran.client.requests[1]?.input).toMatchObject({
      backupSetId: ids.set('A'),
      version: 1,
      definition: { name: 'docs', retention: { keepDailyCount: 60, keepWeeklyCount: 12 } },
    })
  })

  it.each([
    ['pause', true],
    ['resume', false],
  ])('%s changes nothing else', async (command, isPaused) => {
    const handlers = withSets({ 'sets.update': () => Promise.resolve({ backupSet: backupSet() }) })
    const ran = await runWithFakes(['sets', command, 'photos'], { handlers })
    expect(ran.client.requests[1]?.input).toMatchObject({
      definition: { ...backupSet({}, 'photos').definition, isPaused },
    })
  })

  it('delete asks, and does nothing on no', async () => {
    const ran = await runWithFakes(['sets', 'delete', 'docs'], { handlers: withSets(), answers: [''] })
    expect(ran.exitCode).toBe(0)
    expect(ran.requested).toEqual(['sets.list'])
  })
})
