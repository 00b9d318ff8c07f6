import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import { runChild, type ChildRequest } from './child-process.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

function shell(script: string, more: Partial<ChildRequest> = {}): ChildRequest {
  return {
    program: '/bin/sh',
    args: ['-c', script],
    environment: { PATH: '/usr/bin:/bin' },
    onOutputLine: () => undefined,
    onErrorLine: () => undefined,
    ...more,
  }
}

describe('a child process', () => {
  it('gives its lines, each output by itself, and how it ended', async () => {
    const lines: string[] = []
    const end = await runChild(
      systemClock,
      shell('echo one; echo two >&2; printf three; exit 3', {
        onOutputLine: (line) => lines.push(`out ${line}`),
        onErrorLine: (line) => lines.push(`err ${line}`),
      }),
    )
    expect(end).toEqual({ exitCode: 3, signal: null })
    expect(lines.filter((line) => line.startsWith('out'))).toEqual(['out one', 'out three'])
    expect(lines.filter((line) => line.startsWith('err'))).toEqual(['err two'])
  })

  it('gets the given environment and nothing of ours', async () => {
    let said = ''
    process.env['HOLDFAST_TEST_ONLY'] = 'ours'
    await runChild(
      systemClock,
      shell('env', { environment: { ONLY: 'this' }, onOutputLine: (line) => (said += `${line}\n`) }),
    )
    expect(said).toContain('ONLY=this')
    expect(said).not.toContain('HOLDFAST_TEST_ONLY')
  })

  it('that cannot be started is the system’s failure', async () => {
    await expect(runChild(systemClock, shell('', { program: join(folder, 'none') }))).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('is asked to stop by an interrupt, and may clean up', async () => {
    const stop = new AbortController()
    const end = await runChild(
      systemClock,
      shell('trap "echo cleaned; exit 130" INT; echo ready; while :; do sleep 0.05; done', {
        stop: stop.signal,
        onOutputLine: (line) => {
          if (line === 'ready') stop.abort()
        },
      }),
    )
    expect(end).toEqual({ exitCode: 130, signal: null })
  })

  it('that does not stop is killed after the deadline', async () => {
    const clock = new FakeClock()
    const stop = new AbortController()
    const child = runChild(
      clock,
      shell('trap "" INT; echo ready; while :; do sleep 0.05; done', {
        stop: stop.signal,
        onOutputLine: () => {
          stop.abort()
          clock.advance(10_000)
        },
      }),
    )
    expect(await child).toEqual({ exitCode: null, signal: 'SIGKILL' })
  })

  it('stops with everything that it started, where it is a group', async () => {
    const stop = new AbortController()
    let inner = 0
    const end = await runChild(
      systemClock,
      shell('sleep 30 & echo $!; wait', {
        stop: stop.signal,
        isGroup: true,
        onOutputLine: (line) => {
          inner = Number(line)
          stop.abort()
        },
      }),
    )
    expect(end).toEqual({ exitCode: null, signal: 'SIGTERM' })
    while (isAlive(inner)) await systemClock.sleep(20)
  })

  it('is not started when stopping was asked for before', async () => {
    const file = join(folder, 'touched')
    const end = await runChild(systemClock, shell(`touch ${file}`, { stop: AbortSignal.abort() }))
    expect(end.exitCode).toBeNull()
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('ends although something that it left behind holds its output open', async () => {
    const lines: string[] = []
    const end = await runChild(
      systemClock,
      shell('sleep 20 & echo $!', { onOutputLine: (line) => lines.push(line) }),
    )
    expect(end).toEqual({ exitCode: 0, signal: null })
    process.kill(Number(lines[0]))
  })

  it('ends when this process is killed', async () => {
    const { spawn } = await import('node:child_process')
    const pidFile = join(folder, 'pid')
    const program = `
      import { runChild } from ${JSON.stringify(join(import.meta.dirname, 'child-process.ts'))}
      import { systemClock } from ${JSON.stringify(join(import.meta.dirname, '../ports/system-clock.ts'))}
      await runChild(systemClock, {
        program: '/bin/sh',
        args: ['-c', 'echo $$ > ${pidFile}; echo ready; while :; do sleep 0.05; done'],
        environment: { PATH: '/usr/bin:/bin' },
        onOutputLine: (line) => console.log(line),
        onErrorLine: () => undefined,
      })`
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => parent.stdout.once('data', resolve))
    const pid = Number(await readFile(pidFile, 'utf8'))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    while (isAlive(pid)) await systemClock.sleep(20)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
