import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { createPhoneWaits, type PhoneWaits } from './phone-wait.ts'

const bearer = { kind: 'bearer', token: 'transaction' } as const
const approval = { pollSeconds: 2 }
const end: Step = {
  kind: 'signed-in',
  sessionToken: 'token',
  scope: 'full',
  expiresAt: '2026-01-05T20:00:00.000Z',
  backupCodes: null,
}

let parts: CoreParts
let waits: PhoneWaits
beforeEach(async () => {
  parts = await coreParts()
  waits = createPhoneWaits(parts)
})
afterEach(async () => {
  waits.drop()
  await parts.remove()
})

/** Answers in turn, each two seconds after the one before. */
function answering(...answers: readonly (Step | null | AppError)[]): unknown[] {
  const asked: unknown[] = []
  parts.servers.current.script = {
    awaitPhone: (input) => {
      asked.push(input)
      const answer = answers[asked.length - 1] ?? null
      if (answer instanceof AppError) throw answer
      return { step: answer }
    },
  }
  return asked
}

const outcomeOf = async (work: Promise<Step>): Promise<string> =>
  await work.then(
    ({ kind }) => kind,
    (error: unknown) =>
      isAppError(error) ? `${error.code} ${String(error.details?.['reason'])}` : 'unknown',
  )

async function passing(work: Promise<string>, times: number): Promise<string> {
  for (let i = 0; i < times; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    parts.clock.advance(2000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return await work
}

describe('waiting for a phone', () => {
  it('asks every two seconds until it has approved, and says whether to trust the computer', async () => {
    const asked = answering(null, null, end)
    expect(await passing(outcomeOf(waits.wait(bearer, approval, true)), 3)).toBe('signed-in')
    expect(asked).toEqual([{ trustDevice: true }, { trustDevice: true }, { trustDevice: true }])
  })

  it('outlasts a network that fails and a server that is busy', async () => {
    answering(
      new AppError('SERVER_UNREACHABLE', 'Gone.'),
      new AppError('SERVER_BUSY', 'Busy.'),
      new AppError('RATE_LIMITED', 'Early.'),
      end,
    )
    expect(await passing(outcomeOf(waits.wait(bearer, approval, false)), 4)).toBe('signed-in')
  })

  it.each(['wrong-number', 'expired'])('ends with the reason %s that the server gives', async (reason) => {
    answering(null, new AppError('PHONE_REQUEST_ENDED', 'Over.', { details: { reason } }))
    expect(await passing(outcomeOf(waits.wait(bearer, approval, false)), 2)).toBe(
      `PHONE_REQUEST_ENDED ${reason}`,
    )
  })

  it('that is dropped, or begun anew, ends the one before', async () => {
    const asked = answering(end)
    const first = outcomeOf(waits.wait(bearer, approval, false))
    const second = outcomeOf(waits.wait(bearer, approval, true))
    expect(await first).toBe('PHONE_REQUEST_ENDED cancelled')
    expect(await passing(second, 1)).toBe('signed-in')
    expect(asked).toEqual([{ trustDevice: true }])
  })
})
