import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { openLogFile } from './log-file.ts'

let folder: string
const path = (): string => join(folder, 'holdfast.log')
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-log-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function lines(): Promise<unknown[]> {
  const text = await readFile(path(), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

describe('the log', () => {
  it('has one line of JSON for each entry, in order, for its owner only', async () => {
    const log = openLogFile(folder, new FakeClock())
    for (let number = 0; number < 20; number += 1) log.info({ number }, 'line\nbreak')
    await log.close()
    expect(await lines()).toEqual(
      Array.from({ length: 20 }, (_, number) => ({
        at: '2026-01-05T08:00:00.000Z',
        level: 'info',
        message: 'line\nbreak',
        number,
      })),
    )
    expect(((await stat(path())).mode & 0o777).toString(8)).toBe('600')
  })

  it('has of an error its message, stack and causes, and nothing else that hangs on it', async () => {
    const cause = Object.assign(new Error('the cause'), { code: 'EIO', request: { password: 'tell-nobody' } })
    const log = openLogFile(folder, new FakeClock())
    log.error({ err: new Error('the error', { cause }) }, 'It failed')
    await log.close()
    expect(await lines()).toMatchObject([
      { level: 'error', err: { message: 'the error', cause: { code: 'EIO', message: 'the cause' } } },
    ])
    expect(await readFile(path(), 'utf8')).not.toContain('tell-nobody')
  })

  it('is continued, made private again, and put aside when it has grown long', async () => {
    await writeFile(path(), '{"old":1}\n')
    await chmod(path(), 0o644)
    const log = openLogFile(folder, new FakeClock())
    log.info({}, 'new')
    await log.close()
    expect(await lines()).toHaveLength(2)
    expect(((await stat(path())).mode & 0o777).toString(8)).toBe('600')
    await writeFile(path(), 'x'.repeat(3 * 1024 * 1024))
    const next = openLogFile(folder, new FakeClock())
    next.info({}, 'fresh')
    await next.close()
    expect(await lines()).toHaveLength(1)
    expect((await stat(`${path()}.1`)).size).toBe(3 * 1024 * 1024)
  })

  it('that cannot be written stops nothing', async () => {
    const log = openLogFile(join(folder, 'missing'), new FakeClock())
    log.info({}, 'lost')
    await expect(log.close()).resolves.toBeUndefined()
  })
})
