import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { isAppError } from '../../shared/errors.ts'
import { newJobRunId } from './new-run-id.ts'
import { openRunLogs, tellBoth, type RunLogs } from './run-log.ts'

let folder = ''
let logs: RunLogs
const id = newJobRunId()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-logs-'))
  logs = openRunLogs(folder, new FakeClock(Date.parse('2026-01-05T08:00:00.000Z')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the log of a run', () => {
  it('can be read while the run goes on and after its end', async () => {
    const writer = logs.open(id)
    writer.say('restic', 'warning', 'retrying')
    const entry = { at: '2026-01-05T08:00:00.000Z', source: 'restic', level: 'warning', text: 'retrying' }
    expect(await logs.read(id)).toEqual({ entries: [entry], omittedCount: 0 })
    await writer.close()
    expect(await openRunLogs(folder, new FakeClock()).read(id)).toEqual({ entries: [entry], omittedCount: 0 })
  })

  it('keeps the beginning and the end of one that is too long, and says how much lacks', async () => {
    const writer = logs.open(id)
    for (let line = 0; line < 5000; line++) writer.say('restic', 'info', `line ${line}`)
    await writer.close()
    const { entries, omittedCount } = await logs.read(id)
    expect([entries.length, omittedCount]).toEqual([1200, 3800])
    expect([entries[0]?.text, entries.at(-1)?.text]).toEqual(['line 0', 'line 4999'])
  })

  it('cuts an endless line', async () => {
    const writer = logs.open(id)
    writer.say('restic', 'info', 'x'.repeat(1_000_000))
    await writer.close()
    expect((await logs.read(id)).entries[0]?.text.length).toBeLessThan(2100)
  })

  it('takes credentials out of addresses, whoever said them', async () => {
    const writer = logs.open(id)
    writer.say('holdfast', 'error', 'https://lease:secret-of-it@cbs.example/repo refused')
    await writer.close()
    expect((await logs.read(id)).entries[0]?.text).toBe('https://lease:***@cbs.example/repo refused')
  })

  it.skipIf(process.platform === 'win32')('is readable for its owner only', async () => {
    const writer = logs.open(id)
    writer.say('restic', 'info', 'x')
    await writer.close()
    const modes = [join(folder, 'run-logs'), join(folder, 'run-logs', `${id}.jsonl`)].map(
      async (path) => (await stat(path)).mode & 0o777,
    )
    expect(await Promise.all(modes)).toEqual([0o700, 0o600])
  })

  it('passes over a line that was torn by a power failure', async () => {
    await mkdir(join(folder, 'run-logs'))
    await writeFile(join(folder, 'run-logs', `${id}.jsonl`), '{"at":"2026-01-0')
    expect(await logs.read(id)).toEqual({ entries: [], omittedCount: 0 })
  })

  it('of a run of another computer is not there', async () => {
    const failure = await logs.read(id).catch((error: unknown) => error)
    expect(isAppError(failure, 'NOT_FOUND')).toBe(true)
  })

  it('makes room for new ones by the oldest', async () => {
    const place = join(folder, 'run-logs')
    await mkdir(place)
    for (let index = 0; index < 320; index++) {
      await writeFile(join(place, `old-${index}`), '')
      await utimes(join(place, `old-${index}`), 1000 + index, 1000 + index)
    }
    const writer = logs.open(id)
    writer.say('restic', 'info', 'x')
    await writer.close()
    const names = await readdir(place)
    expect(names).toHaveLength(300)
    expect(names).toContain('old-319')
    expect(names).not.toContain('old-20')
  })

  it('that cannot be written stops nothing', async () => {
    await writeFile(join(folder, 'run-logs'), 'a file where the folder should be')
    const writer = logs.open(id)
    writer.say('restic', 'info', 'x')
    await expect(writer.close()).resolves.toBeUndefined()
  })
})

it('tells what happened to a run to the program’s log and to the run’s', () => {
  const said: string[] = []
  const told: string[] = []
  const write = (_fields: object, message: string): void => void told.push(message)
  const log = tellBoth({ info: write, warn: write, error: write }, (source, level, text) =>
    said.push(`${source} ${level}: ${text}`),
  )
  log.warn(
    { jobRunId: id, code: 'SERVER_UNREACHABLE', details: { exitCode: 1 } },
    'restic backup ended with 1.',
  )
  log.error({ err: new TypeError('a bug') }, 'A run failed unexpectedly')
  expect(told).toEqual(['restic backup ended with 1.', 'A run failed unexpectedly'])
  expect(said).toEqual([
    'holdfast warning: restic backup ended with 1. (code: SERVER_UNREACHABLE, details: {"exitCode":1})',
    'holdfast error: A run failed unexpectedly (err: TypeError: a bug)',
  ])
})
