import { describe, expect, it } from 'vitest'
import { FakeClock, isoOf } from '../../shared/clock.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { Lease, LeaseKind } from '../../shared/model/lease.ts'
import type { HeartbeatReply } from '../../shared/model/lease.ts'
import { atOnce } from '../engine/child-process.ts'
import { scriptedServer } from '../session/core.fixture.ts'
import { holdLease, type HeldLease } from './hold-lease.ts'

type Beat = 'ok' | { problem: ErrorCode } | ErrorCode

/** A lease that beats every 5 seconds and lives for 60; `beats` answers each heartbeat, the last one for ever. */
function leaseOf(kind: LeaseKind, beats: Beat[]) {
  const clock = new FakeClock()
  const server = scriptedServer()
  const inputs: { sequence: number; signature?: string | undefined }[] = []
  server.script.heartbeat = (input): HeartbeatReply => {
    inputs.push(input)
    const beat = beats.length > 1 ? beats.shift() : beats[0]
    if (typeof beat === 'string' && beat !== 'ok') throw new AppError(beat, 'refused')
    const problem = typeof beat === 'object' ? beat.problem : null
    return { expiresAt: isoOf(clock.nowMs() + 60_000), problem }
  }
  const lease = {
    id: 'lea_1',
    kind,
    secret: 'secret',
    expiresAt: isoOf(clock.nowMs() + 60_000),
    heartbeatSeconds: 5,
  } as unknown as Lease
  const logged: string[] = []
  const log = {
    info: () => undefined,
    warn: (_fields: object, message: string) => void logged.push(message),
    error: () => undefined,
  }
  const device = {
    sign: (text: string) => Promise.resolve(`signed ${text.split('\n').at(-1) ?? ''}`),
  } as never
  const cancel = new AbortController()
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 1000) {
      clock.advance(1000)
      // Everything that the passing second set off happens before the next one.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const hold = <T>(work: (held: HeldLease) => Promise<T>): Promise<T> =>
    holdLease({ clock, server: () => server, device, log }, lease, { cancel: cancel.signal }, work)
  return { hold, pass, inputs, cancel, logged }
}

const serverAddress = 'https://cbs.example'

describe('a held lease', () => {
  it('beats with a growing number that the computer signs', async () => {
    const { hold, pass, inputs } = leaseOf('backup', ['ok'])
    await hold(() => pass(16_000))
    expect(inputs).toEqual([
      { sequence: 1, serverAddress, signature: 'signed 1' },
      { sequence: 2, serverAddress, signature: 'signed 2' },
      { sequence: 3, serverAddress, signature: 'signed 3' },
    ])
  })

  it('from a session beats without a signature', async () => {
    const { hold, pass, inputs } = leaseOf('restore', ['ok'])
    await hold(() => pass(6000))
    expect(inputs).toEqual([{ sequence: 1 }])
  })

  it('does not beat after its work', async () => {
    const { hold, pass, inputs } = leaseOf('backup', ['ok'])
    await hold(() => Promise.resolve())
    await pass(20_000)
    expect(inputs).toEqual([])
  })

  it.each<[ErrorCode]>([['DEVICE_REVOKED'], ['LEASE_ENDED'], ['DEVICE_UNKNOWN'], ['NOT_ALLOWED']])(
    'that is refused with %s stops its work at once',
    async (code) => {
      const { hold, pass } = leaseOf('backup', ['ok', code])
      await hold(async (held) => {
        await pass(9000)
        expect(held.stop.aborted).toBe(false)
        await pass(2000)
        expect(held.stop.aborted).toBe(true)
        expect(held.stop.reason).toBe(atOnce)
        expect(held.lost()?.code).toBe(code)
      })
    },
  )

  it('whose server names a problem lets its work clean up', async () => {
    const { hold, pass } = leaseOf('backup', [{ problem: 'QUOTA_EXCEEDED' }])
    await hold(async (held) => {
      await pass(6000)
      expect(held.stop.aborted).toBe(true)
      expect(held.stop.reason).not.toBe(atOnce)
      expect(held.lost()?.code).toBe('QUOTA_EXCEEDED')
    })
  })

  it('survives a network that is cut for less than its life', async () => {
    const { hold, pass, logged } = leaseOf('backup', [...Array<Beat>(10).fill('SERVER_UNREACHABLE'), 'ok'])
    await hold(async (held) => {
      await pass(120_000)
      expect(held.stop.aborted).toBe(false)
    })
    expect(logged).toHaveLength(10)
  })

  it('whose network stays cut ends when it would be dead, and says which', async () => {
    const { hold, pass } = leaseOf('backup', ['SERVER_UNREACHABLE'])
    await hold(async (held) => {
      await pass(59_000)
      expect(held.stop.aborted).toBe(false)
      await pass(6000)
      expect(held.lost()?.code).toBe('SERVER_UNREACHABLE')
    })
  })

  it('tells the cause behind a failure: restic only sees that it was refused', async () => {
    const { hold } = leaseOf('backup', [{ problem: 'QUOTA_EXCEEDED' }])
    const cause = await hold((held) => held.cause(new AppError('NOT_ALLOWED', 'restic saw 403')))
    expect(cause).toMatchObject({ code: 'QUOTA_EXCEEDED' })
  })

  it('leaves a failure alone that has nothing to do with it', async () => {
    const { hold } = leaseOf('backup', ['ok'])
    const cause = await hold((held) => held.cause(new AppError('SOURCE_MISSING', 'nothing there')))
    expect(cause).toMatchObject({ code: 'SOURCE_MISSING' })
  })

  it('stops its work when somebody cancels', async () => {
    const { hold, cancel } = leaseOf('backup', ['ok'])
    await hold(async (held) => {
      cancel.abort()
      expect(held.stop.aborted).toBe(true)
      expect(held.lost()).toBeUndefined()
      await Promise.resolve()
    })
  })

  it('ends with the failure of its work', async () => {
    const { hold } = leaseOf('backup', ['ok'])
    await expect(hold(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })
})
