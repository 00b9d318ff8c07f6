import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { isAlive, ownIdentity, unixStartSeconds } from './process-identity.ts'

describe('a process’s identity', () => {
  it('is alive for this process, and the same each time', async () => {
    const own = await ownIdentity()
    expect(await ownIdentity()).toEqual(own)
    expect(await isAlive(own)).toBe(true)
  })

  it('is not alive for the same id with another start', async () => {
    expect(await isAlive({ pid: process.pid, start: '0' })).toBe(false)
  })

  it('is not alive after the process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    const pid = child.pid ?? 0
    await once(child, 'exit')
    expect(await isAlive({ pid, start: (await ownIdentity()).start })).toBe(false)
  })

  it.runIf(process.platform !== 'win32')('agrees with what ps says about the start', async () => {
    const seconds = await unixStartSeconds(process.pid)
    expect(Math.abs((seconds ?? 0) - performance.timeOrigin / 1000)).toBeLessThan(5)
  })

  it.runIf(process.platform !== 'win32')('has no start by ps when there is no such process', async () => {
    expect(await unixStartSeconds(2 ** 22 + 1)).toBeUndefined()
  })
})
