import { describe, expect, it } from 'vitest'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { AppError, errorCatalog } from '../../shared/errors.ts'
import { isoOf } from '../../shared/clock.ts'
import { appStatus, failingFirst } from '../testing/fake-client.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import {
  backupSet,
  challenge,
  device,
  factor,
  ids,
  jobRun,
  session,
  snapshot,
  startMs,
} from '../testing/samples.ts'

const granted = {
  kind: 'granted',
  operation: { kind: 'change-settings' },
  expiresAt: isoOf(startMs),
} as const
const enterCode = { kind: 'enter-code', challenge: challenge() } as const

function withSets(more: Partial<ClientHandlers> = {}): Partial<ClientHandlers> {
  return {
    'app.status': () => Promise.resolve(appStatus({ device: { id: ids.device('D'), name: 'laptop' } })),
    'sets.list': () =>
      Promise.resolve({ backupSets: [backupSet(), backupSet({ id: ids.set('B') }, 'photos')] }),
    ...more,
  }
}

describe('a command', () => {
  it.each([
    ['SESSION_ENDED', 35],
    ['SERVER_UNREACHABLE', 50],
    ['SECRET_STORE_LOCKED', 41],
    ['INPUT_INVALID', 2],
  ] as const)('that fails with %s exits with %d and says what to do', async (code, exitCode) => {
    const handlers = { 'doctor.run': () => Promise.reject(new AppError(code, 'It did not work.')) }
    const ran = await runWithFakes(['doctor'], { handlers })
    expect(ran.exitCode).toBe(exitCode)
    expect(errorCatalog[code].exitCode).toBe(exitCode)
    expect(ran.terminal.remarks[0]).toBe('Error: It did not work.')
    expect(ran.terminal.remarks.at(-1)).toBe(`  (${code})`)
    expect(ran.terminal.results).toEqual([])
  })

  it('that fails with --json prints the problem as its one document', async () => {
    const handlers = {
      'doctor.run': () =>
        Promise.reject(new AppError('SERVER_BUSY', 'Busy.', { details: { retryAfterSeconds: 3 } })),
    }
    const ran = await runWithFakes(['doctor', '--json'], { handlers })
    expect(ran.json()).toEqual([
      { problem: { code: 'SERVER_BUSY', message: 'Busy.', details: { retryAfterSeconds: 3 } } },
    ])
  })

  it.each([
    [['frobnicate']],
    [['sets', 'add', '--daily']],
    [['backup', '--frobnicate']],
    [['login', '--secret-store', 'cloud']],
  ])('of a wrong form exits with 2: %j', async (args) => {
    expect((await runWithFakes(args)).exitCode).toBe(2)
  })

  it.each([['--password', 'hunter2'], ['--password=hunter2'], ['--code=123456'], ['--key', 'HFK1-AAAA']])(
    'refuses a secret as an argument and does not repeat it: %s',
    async (...args) => {
      const ran = await runWithFakes(['login', ...args])
      expect(ran.exitCode).toBe(2)
      expect(ran.terminal.everything()).not.toMatch(/hunter2|123456|AAAA/)
      expect(ran.requested).toEqual([])
    },
  )

  it('shows its help without opening a profile', async () => {
    const ran = await runWithFakes(['sets', 'add', '--help'])
    expect(ran.exitCode).toBe(0)
    expect(ran.terminal.results.join('\n')).toContain('--keep-within')
    expect(ran.requested).toEqual([])
  })

  it('with --non-interactive fails instead of asking, and names what is missing', async () => {
    const handlers = { 'app.status': () => Promise.resolve(appStatus({ server: null })) }
    const ran = await runWithFakes(['login', '--non-interactive', '--json'], { handlers, answers: ['x'] })
    expect(ran.exitCode).toBe(2)
    expect(ran.json()).toMatchObject([{ problem: { code: 'INPUT_INVALID', details: { missing: 'server' } } }])
    expect(ran.terminal.unusedAnswers()).toBe(1)
  })

  it('makes a message of the server harmless for the terminal', async () => {
    const handlers = { 'doctor.run': () => Promise.reject(new AppError('NOT_ALLOWED', 'No.\u001b[2J\r')) }
    const ran = await runWithFakes(['doctor'], { handlers })
    expect(ran.terminal.remarks[0]).toBe('Error: No.\\x1b[2J\\x0d')
  })
})

describe('a step-up', () => {
  it('is asked for when a request needs it, for that operation, and the request is repeated once', async () => {
    const handlers = withSets({
      'sets.delete': failingFirst([['STEP_UP_REQUIRED', { operation: 'delete-set' }]], () => ({
        backupSet: backupSet({ purgeAfter: isoOf(startMs) }),
      })),
      'stepUp.start': () => Promise.resolve({ step: enterCode }),
      'transaction.prove': () => Promise.resolve({ step: granted }),
    })
    const ran = await runWithFakes(['sets', 'delete', 'docs'], { handlers, answers: ['y', '581883'] })
    expect(ran.exitCode).toBe(0)
    expect(ran.requested).toEqual([
      'sets.list',
      'sets.delete',
      'stepUp.start',
      'transaction.prove',
      'sets.delete',
    ])
    expect(ran.client.requests[2]?.input).toEqual({
      operation: { kind: 'delete-set', backupSetId: ids.set('A') },
    })
  })

  it('is not repeated for ever', async () => {
    const refuse: [errorCode: 'STEP_UP_REQUIRED', details: { operation: string }] = [
      'STEP_UP_REQUIRED',
      { operation: 'delete-set' },
    ]
    const handlers = withSets({
      'sets.delete': failingFirst([refuse, refuse], () => ({ backupSet: backupSet() })),
      'stepUp.start': () => Promise.resolve({ step: granted }),
    })
    const ran = await runWithFakes(['sets', 'delete', 'docs', '--yes'], { handlers })
    expect(ran.exitCode).toBe(36)
    expect(ran.requested.filter((name) => name === 'stepUp.start')).toHaveLength(1)
  })

  it.each([
    ['without anybody to answer', [], false],
    ['with --non-interactive', ['--non-interactive'], true],
  ])('%s is STEP_UP_REQUIRED', async (_how, flags, isInteractive) => {
    const handlers = withSets({
      'sets.delete': failingFirst([['STEP_UP_REQUIRED', { operation: 'delete-set' }]], () => ({
        backupSet: backupSet(),
      })),
      'stepUp.start': () => Promise.resolve({ step: enterCode }),
    })
    const ran = await runWithFakes(['sets', 'delete', 'docs', '--yes', ...flags], { handlers, isInteractive })
    expect(ran.exitCode).toBe(36)
    expect(ran.requested).not.toContain('transaction.prove')
  })
})

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
    expect(ran.terminal.remarks.join('\n')).toMatch(/1 path exist there already/)
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

describe('holdfast sets', () => {
  const kit = {
    keyId: ids.key('K'),
    text: 'Key: HFK1-AAAA-BBBB',
    html: '<p>HFK1-AAAA-BBBB</p>',
    confirmGroups: [2, 5],
  }

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

describe('holdfast status', () => {
  it('says that everything is protected only when it is', async () => {
    const handlers = withSets({
      'sets.list': () => Promise.resolve({ backupSets: [backupSet()] }),
      'runs.list': () => Promise.resolve({ runs: [jobRun()] }),
    })
    const ran = await runWithFakes(['status'], { handlers })
    expect(ran.terminal.results.at(-1)).toBe('Everything is protected.')
    const failed = await runWithFakes(['status'], {
      handlers: { ...handlers, 'runs.list': () => Promise.resolve({ runs: [] }) },
    })
    expect(failed.terminal.results.join('\n')).not.toContain('Everything is protected')
    expect(failed.terminal.results.at(-1)).toContain('holdfast backup docs')
  })

  it('does not claim anything about sets that it may not see', async () => {
    const handlers = withSets({
      'sets.list': () => Promise.reject(new AppError('SESSION_ENDED', 'Nobody is signed in.')),
    })
    const ran = await runWithFakes(['status'], { handlers })
    expect(ran.exitCode).toBe(0)
    expect(ran.terminal.results.join('\n')).not.toContain('protected.')
    const json = await runWithFakes(['status', '--json'], { handlers })
    expect(json.json()).toMatchObject([{ backupSets: null }])
  })

  it('passes on any other failure', async () => {
    const handlers = withSets({
      'sets.list': () => Promise.reject(new AppError('SERVER_UNREACHABLE', 'No way.')),
    })
    expect((await runWithFakes(['status'], { handlers })).exitCode).toBe(50)
  })
})

describe('holdfast devices, factors and sessions', () => {
  it('revoke takes a computer by its name and asks first', async () => {
    const handlers: Partial<ClientHandlers> = {
      'devices.list': () => Promise.resolve({ devices: [device('A'), device('B', { name: 'old' })] }),
      'devices.revoke': () => Promise.resolve({ done: true }),
    }
    const ran = await runWithFakes(['devices', 'revoke', 'old'], { handlers, answers: ['y'] })
    expect(ran.client.requests.at(-1)).toEqual({
      name: 'devices.revoke',
      input: { deviceId: ids.device('B') },
    })
  })

  it('revoke refuses a name that several computers have', async () => {
    const handlers = { 'devices.list': () => Promise.resolve({ devices: [device('A'), device('B')] }) }
    expect((await runWithFakes(['devices', 'revoke', 'laptop', '-y'], { handlers })).exitCode).toBe(2)
  })

  it('revoke does not see computers that are revoked already', async () => {
    const gone = device('A', { revokedAt: isoOf(startMs) })
    const handlers = { 'devices.list': () => Promise.resolve({ devices: [gone] }) }
    expect((await runWithFakes(['devices', 'revoke', 'laptop', '-y'], { handlers })).exitCode).toBe(4)
  })

  it('factors add phone registers and proves the number', async () => {
    const handlers: Partial<ClientHandlers> = {
      'factors.enrol': () => Promise.resolve({ step: enterCode }),
      'transaction.prove': () =>
        Promise.resolve({ step: { kind: 'enrolled', factor: factor('A'), backupCodes: null } }),
    }
    const ran = await runWithFakes(['factors', 'add', 'phone', '+49 171 1234567', '--label', 'office'], {
      handlers,
      answers: ['581883'],
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.client.requests[0]?.input).toEqual({
      method: 'sms',
      phoneNumber: '+49 171 1234567',
      label: 'office',
    })
  })

  it('factors lists telephones masked', async () => {
    const handlers = { 'factors.list': () => Promise.resolve({ factors: [factor('A')], history: [] }) }
    const ran = await runWithFakes(['factors'], { handlers })
    expect(ran.terminal.results[1]).toContain('+4********4567')
  })

  it('sessions end takes the beginning of an id and no less than six characters', async () => {
    const handlers: Partial<ClientHandlers> = {
      'sessions.list': () => Promise.resolve({ sessions: [session('A'), session('B')] }),
      'sessions.end': () => Promise.resolve({ done: true }),
    }
    const ran = await runWithFakes(['sessions', 'end', 'ses_BB'], { handlers })
    expect(ran.client.requests.at(-1)?.input).toEqual({ sessionId: ids.session('B') })
    expect((await runWithFakes(['sessions', 'end', 'ses_B'], { handlers })).exitCode).toBe(4)
  })
})

describe('holdfast doctor', () => {
  it.each([
    ['warning', 0],
    ['failed', 1],
  ] as const)('with a check in the state %s exits with %d', async (state, exitCode) => {
    const check = { name: 'Clock', state, summary: 'is off', advice: 'Set it.' }
    const ran = await runWithFakes(['doctor'], {
      handlers: { 'doctor.run': () => Promise.resolve({ checks: [check] }) },
    })
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.terminal.results.join('\n')).toContain('Set it.')
  })
})
