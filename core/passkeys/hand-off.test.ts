import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { CallOf } from '../../shared/routes.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { createHandOffs, type HandOffs } from './hand-off.ts'

const bearer = { kind: 'bearer', token: 'transaction' } as const
const end: Step = {
  kind: 'signed-in',
  sessionToken: 'token',
  scope: 'full',
  expiresAt: '2026-01-05T20:00:00.000Z',
  backupCodes: null,
}

let parts: CoreParts
let handOffs: HandOffs
let started: CallOf<'startHandOff'>[]
let finished: CallOf<'finishHandOff'>[]

beforeEach(async () => {
  parts = await coreParts()
  handOffs = createHandOffs(parts)
  started = []
  finished = []
  parts.servers.current.script = {
    startHandOff: (start) => {
      started.push(start)
      const isHere = start.way === 'this-computer'
      return {
        handOff: {
          address: `https://cbs.example/passkey${isHere ? '#token' : ''}`,
          userCode: isHere ? null : 'WDJB-MJHT',
          expiresAt: '2026-01-05T08:05:00.000Z',
          pollSeconds: 3,
        },
      }
    },
    finishHandOff: (given) => {
      finished.push(given)
      return { step: end }
    },
  }
})
afterEach(async () => {
  handOffs.drop()
  await parts.remove()
})

const reasonOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) =>
      isAppError(error) ? `${error.code} ${String(error.details?.['reason'])}` : 'unknown',
  )
const bringBack = async (query: string): Promise<void> => {
  const start = started.at(-1)
  if (start?.way !== 'this-computer') throw new Error('Nobody listens.')
  await fetch(`http://127.0.0.1:${start.port}/?${query}&state=${start.state}`, { redirect: 'manual' })
}

describe('a hand-off to a browser of this computer', () => {
  it('sends the hash of the verifier ahead, and the verifier only with the code that came back', async () => {
    await handOffs.start(bearer, { way: 'this-computer' })
    const waiting = handOffs.wait(bearer, true)
    await bringBack('code=abc')
    expect(await waiting).toEqual(end)
    const [given] = finished
    expect(given).toMatchObject({ code: 'abc', trustDevice: true })
    const hash = createHash('sha256')
      .update(given?.codeVerifier ?? '')
      .digest('base64url')
    expect(started[0]?.codeChallenge).toBe(hash)
    expect(JSON.stringify(started)).not.toContain(given?.codeVerifier)
  })

  it('has secrets of its own each time', async () => {
    await handOffs.start(bearer, { way: 'this-computer' })
    await handOffs.start(bearer, { way: 'this-computer' })
    const [first, second] = started
    expect(first?.codeChallenge).not.toBe(second?.codeChallenge)
  })

  it('opens the page in the person’s language, with the secret still behind the #', async () => {
    const { address } = await handOffs.start(bearer, { way: 'this-computer', language: 'pt-BR' })
    expect(address).toBe('https://cbs.example/passkey?lang=pt-BR#token')
  })

  it('that is declined, dropped or never answered says which', async () => {
    await handOffs.start(bearer, { way: 'this-computer' })
    const declined = reasonOf(handOffs.wait(bearer, false))
    await bringBack('error=declined')
    expect(await declined).toBe('HAND_OFF_ENDED declined')
    await handOffs.start(bearer, { way: 'this-computer' })
    const dropped = reasonOf(handOffs.wait(bearer, false))
    handOffs.drop()
    expect(await dropped).toBe('HAND_OFF_ENDED cancelled')
    await handOffs.start(bearer, { way: 'this-computer' })
    const forgotten = reasonOf(handOffs.wait(bearer, false))
    parts.clock.advance(10 * 60_000)
    expect(await forgotten).toBe('HAND_OFF_ENDED expired')
    expect(await reasonOf(handOffs.wait(bearer, false))).toBe('HAND_OFF_ENDED none')
    expect(finished).toEqual([])
  })

  it('listens no longer than it waits', async () => {
    await handOffs.start(bearer, { way: 'this-computer' })
    handOffs.drop()
    await expect(bringBack('code=abc')).rejects.toThrow('fetch failed')
  })

  it('listens to nobody when the server refuses it', async () => {
    parts.servers.current.script.startHandOff = (start) => {
      started.push(start)
      throw new AppError('NOT_ALLOWED', 'No.')
    }
    expect(await reasonOf(handOffs.start(bearer, { way: 'this-computer' }))).toContain('NOT_ALLOWED')
    await expect(bringBack('code=abc')).rejects.toThrow('fetch failed')
  })
})

describe('a hand-off to another device', () => {
  it('asks at the server’s interval until there is a step, over failures that pass', async () => {
    const replies: (() => { step: Step | null })[] = [
      () => ({ step: null }),
      () => {
        throw new AppError('SERVER_UNREACHABLE', 'Gone.')
      },
      () => {
        throw new AppError('RATE_LIMITED', 'Too soon.')
      },
      () => ({ step: end }),
    ]
    parts.servers.current.script.finishHandOff = (given) => {
      finished.push(given)
      return replies.shift()?.() ?? { step: null }
    }
    const { userCode } = await handOffs.start(bearer, { way: 'other-device' })
    expect(userCode).toBe('WDJB-MJHT')
    const waiting = handOffs.wait(bearer, false)
    for (let polls = 1; polls <= 4; polls++) {
      parts.clock.advance(3000)
      await expect.poll(() => finished.length).toBe(polls)
    }
    expect(await waiting).toEqual(end)
    expect(finished.every(({ code }) => code === undefined)).toBe(true)
  })

  it('stops at a failure that does not pass, and when it is dropped', async () => {
    parts.servers.current.script.finishHandOff = () => {
      throw new AppError('HAND_OFF_ENDED', 'Over.', { details: { reason: 'declined' } })
    }
    await handOffs.start(bearer, { way: 'other-device' })
    const declined = reasonOf(handOffs.wait(bearer, false))
    parts.clock.advance(3000)
    expect(await declined).toBe('HAND_OFF_ENDED declined')
    await handOffs.start(bearer, { way: 'other-device' })
    const dropped = reasonOf(handOffs.wait(bearer, false))
    handOffs.drop()
    expect(await dropped).toBe('HAND_OFF_ENDED cancelled')
  })
})
