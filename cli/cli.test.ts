import { describe, expect, it } from 'vitest'
import { isoOf } from '../shared/clock.ts'
import { AppError, errorCatalog } from '../shared/errors.ts'
import { appStatus, failingFirst } from './testing/fake-client.ts'
import { runWithFakes } from './testing/run-with-fakes.ts'
import { backupSet, challenge, ids, startMs } from './testing/samples.ts'
import { withSets } from './testing/with-sets.ts'

const granted = {
  kind: 'granted',
  operation: { kind: 'change-settings' },
  expiresAt: isoOf(startMs),
} as const
const enterCode = { kind: 'enter-code', challenge: challenge() } as const

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
