import { expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { openTestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { openRequestLimits, type RequestLimits, type Requester } from './request-limits.ts'

const one = 'session:ses_AAAAAAAAAAAAAAAAAAAAAA' as Requester
const another = 'device:dev_AAAAAAAAAAAAAAAAAAAAAA' as Requester

describeOnEveryStore('the limit of requests', (fresh) => {
  async function street(requestsPerMinute = 100) {
    const auth = await openTestAuth({ limits: { requestsPerMinute } }, await (await fresh()).open())
    const { userId } = await auth.newUser('anna')
    const open = () => openRequestLimits(auth.deps)
    /** How many of so many requests, sent at the same moment, are let through. */
    async function letThrough(limits: RequestLimits, count: number, requester = one): Promise<number> {
      const sent = Array.from({ length: count }, () => limits.take(requester, userId))
      const results = await Promise.allSettled(sent)
      return results.filter(({ status }) => status === 'fulfilled').length
    }
    const audited = async () =>
      (await auth.store.db.selectFrom('audit').select('entry').execute()).filter(({ entry }) =>
        entry.includes('"action":"requests.limited"'),
      ).length
    return { auth, clock: auth.clock, userId, open, letThrough, audited }
  }

  it('lets a minute’s worth through at once, and refuses the next one with the time to wait', async () => {
    const { letThrough, open, userId } = await street()
    const limits = open()
    expect(await letThrough(limits, 150)).toBe(100)
    const refused = await limits.take(one, userId).catch((error: unknown) => error)
    expect(isAppError(refused, 'RATE_LIMITED') && refused.details).toEqual({ retryAfterSeconds: 3 })
  })

  it('fills up again evenly, and never beyond a minute’s worth', async () => {
    const { clock, letThrough, open } = await street()
    const limits = open()
    await letThrough(limits, 100)
    clock.advance(30_000)
    expect(await letThrough(limits, 100)).toBe(50)
    clock.advance(3_600_000)
    expect(await letThrough(limits, 200)).toBe(100)
  })

  it('is one for all processes', async () => {
    const { letThrough, open } = await street()
    const [a, b, c] = [open(), open(), open()]
    const passed = await Promise.all([a, b, c].map((limits) => letThrough(limits, 100)))
    expect(passed.reduce((sum, count) => sum + count, 0)).toBe(100)
  })

  it('of one is not that of another', async () => {
    const { letThrough, open } = await street()
    const limits = open()
    await letThrough(limits, 200)
    expect(await letThrough(limits, 10, another)).toBe(10)
  })

  it('costs a process that dies what it had withdrawn, and nobody more', async () => {
    const { letThrough, open } = await street()
    expect(await letThrough(open(), 1)).toBe(1)
    expect(await letThrough(open(), 100)).toBe(95)
  })

  it('does not outlast a clock that is set back', async () => {
    const { clock, letThrough, open } = await street()
    const limits = open()
    await letThrough(limits, 200)
    clock.advance(-24 * 3_600_000)
    expect(await letThrough(limits, 10)).toBe(10)
  })

  it('has one entry a minute in the audit log, however many were refused', async () => {
    const { audited, clock, letThrough, open } = await street()
    const limits = open()
    await letThrough(limits, 500)
    clock.advance(3100)
    await letThrough(limits, 500)
    expect(await audited()).toBe(1)
  })

  it('writes once for a twentieth of the bucket', async () => {
    const { auth, letThrough, open } = await street(2000)
    const writes = async () =>
      (await auth.store.db.selectFrom('requestBuckets').select('fullAt').executeTakeFirstOrThrow()).fullAt
    const limits = open()
    await letThrough(limits, 1)
    const first = await writes()
    await letThrough(limits, 99)
    expect(await writes()).toBe(first)
    await letThrough(limits, 1)
    expect(await writes()).toBe(first + 3000)
  })
})
