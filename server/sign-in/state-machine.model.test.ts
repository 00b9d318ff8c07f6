import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import { codeOf, openTestAuth, password, type TestAuth } from './auth.fixture.ts'
import { maxAnswers } from './decide.ts'

const minuteMs = 60_000
/** Small, so that few actions reach them. */
const maxTries = 3
const beforePause = 5
const phones = ['+4915112345678', '+85237991234'] as const
const mails = ['anna@example.org', 'bert@example.org'] as const
const names = ['anna', 'bert'] as const

/** Two users; two clients of each sign in at the same time, one of them a thief with the password. */
const clientCount = 4
const ownerOf = (client: number): number => client % 2

const acts = {
  start: 2,
  sms: 2,
  voice: 2,
  email: 2,
  totp: 3,
  right: 2,
  wrong: 8,
  stolen: 1,
  another: 2,
  cancel: 1,
  resend: 1,
  skip: 1,
} as const
type Act = keyof typeof acts

/** By all but the app a passcode goes out, and may go out again. */
type Answered = 'sms' | 'voice' | 'email' | 'totp'
const answered: readonly Answered[] = ['sms', 'voice', 'email', 'totp']

const actionArbitrary = fc.oneof(
  ...Object.entries(acts).map(([act, weight]) => ({
    weight: weight * 2,
    arbitrary: fc.record({ client: client(), act: fc.constant(act as Act) }),
  })),
  { weight: 3, arbitrary: fc.record({ act: fc.constant('clock' as const), ms: clockJump() }) },
)
type Action = typeof actionArbitrary extends fc.Arbitrary<infer T> ? T : never

function client(): fc.Arbitrary<number> {
  return fc.nat({ max: clientCount - 1 })
}

/** Mostly seconds, sometimes minutes, both ways. */
function clockJump(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1000, max: 40_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: -50_000, max: -1000 }) },
    { weight: 2, arbitrary: fc.constant(5 * minuteMs) },
    { weight: 1, arbitrary: fc.constantFrom(16 * minuteMs, 61 * minuteMs, -61 * minuteMs) },
  )
}

/** Every client with the password, and waiting for a code. */
const everybodyAtACode: readonly Action[] = Array.from({ length: clientCount }, (_, index) => [
  { client: index, act: 'start' as const },
  { client: index, act: at(answered, index) },
]).flat()

interface Person {
  readonly phoneId: FactorId
  readonly mailId: FactorId
  readonly totp: { readonly id: FactorId; readonly secret: string }
  readonly userId: string
}

interface Client {
  answers: ReturnType<TestAuth['as']> | null
  /** What the last message to the owner's phone for this client said. */
  passcode: string | null
  method: Answered | null
}

async function world() {
  const auth = await openTestAuth({
    methods: ['sms', 'voice', 'email', 'totp'],
    limits: {
      triesPerChallenge: maxTries,
      failuresBeforeLock: beforePause,
      sendsPerNumberPer10Minutes: 10,
      sendsPerNumberPerDay: 50,
      resendCooldownSeconds: 15,
    },
  })
  const people: Person[] = []
  for (const [index, name] of names.entries()) {
    const user = await auth.newUser(name)
    const phoneId = await user.addPhone(phones[index] ?? phones[0])
    const mailId = await user.addEmail(at(mails, index))
    people.push({ phoneId, mailId, totp: await user.addTotp(), userId: user.userId })
  }
  const clients = Array.from({ length: clientCount }, (): Client => ({
    answers: null,
    passcode: null,
    method: null,
  }))
  return { auth, people, clients }
}
type World = Awaited<ReturnType<typeof world>>

type Outcome = Step['kind'] | ErrorCode | 'none'

/** Runs one action against the server, as far as the client can take it, and says what came back. */
async function run({ auth, people, clients }: World, action: Action): Promise<Outcome> {
  if (action.act === 'clock') {
    auth.clock.advance(action.ms)
    return 'none'
  }
  const me = at(clients, action.client)
  const owner = at(people, ownerOf(action.client))
  const kindOf = async (work: Promise<{ kind: Step['kind'] }>): Promise<Outcome> => {
    let kind: Outcome = 'none'
    const code = await codeOf(work.then((step) => (kind = step.kind)))
    return code === 'done' ? kind : code
  }
  if (action.act === 'start') {
    me.passcode = null
    me.method = null
    const started = auth.signIn(at(names, ownerOf(action.client)), { password })
    const outcome = await kindOf(started.then((reply) => reply.step))
    me.answers = outcome === 'choose-method' ? await started : null
    return outcome
  }
  const { answers } = me
  if (answers === null) return 'none'
  switch (action.act) {
    case 'sms':
    case 'voice':
    case 'email':
    case 'totp': {
      const outcome = await kindOf(choose(answers, owner, action.act))
      if (outcome === 'enter-code') notePasscode(auth, me, action.act, ownerOf(action.client))
      return outcome
    }
    case 'resend': {
      const outcome = await kindOf(answers.resend())
      if (outcome === 'enter-code' && me.method !== null) {
        notePasscode(auth, me, me.method, ownerOf(action.client))
      }
      return outcome
    }
    case 'right':
      return await kindOf(answers.prove(rightCode(auth, me, owner)))
    case 'wrong':
      return await kindOf(answers.prove('x00000'))
    case 'stolen': {
      // The newest passcode of any other client: a thief who reads over a shoulder.
      const other = clients.find((each) => each !== me && each.passcode !== null)
      return await kindOf(answers.prove(other?.passcode ?? 'x00000'))
    }
    case 'another':
      return await kindOf(answers.chooseAnother())
    case 'skip':
      return await kindOf(answers.skip())
    case 'cancel': {
      const code = await codeOf(answers.cancel())
      return code === 'done' ? 'none' : code
    }
  }
}

function choose(answers: NonNullable<Client['answers']>, owner: Person, method: Answered): Promise<Step> {
  switch (method) {
    case 'sms':
    case 'voice':
      return answers.choose(owner.phoneId, method)
    case 'email':
      return answers.choose(owner.mailId)
    case 'totp':
      return answers.choose(owner.totp.id)
  }
}

function notePasscode(auth: TestAuth, me: Client, method: Answered, owner: number): void {
  me.method = method
  me.passcode =
    method === 'totp'
      ? null
      : auth.passcode(method === 'email' ? at(mails, owner) : at(phones, owner), method)
}

function rightCode(auth: TestAuth, me: Client, owner: Person): string {
  if (me.method === null) return '123456'
  return me.method === 'totp' ? auth.totp(owner.totp.secret) : (me.passcode ?? '123456')
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new Error(`Nothing at ${index}.`)
  return item
}

/** What must hold whatever happened, read from the stored state and the audit log. */
async function checkInvariants({ auth, people }: World, signedIn: readonly number[]): Promise<void> {
  const { db } = auth.store
  const sessions = await db.selectFrom('sessions').select(['userId', 'provenBy']).execute()
  // No session without a second factor, none but those that were answered, each of its own user.
  for (const session of sessions) {
    expect(answered.map((method) => JSON.stringify(['password', method]))).toContain(session.provenBy)
  }
  const count = (ids: readonly string[]) =>
    people.map((each) => ids.filter((id) => id === each.userId).length)
  expect(count(sessions.map((session) => session.userId))).toEqual(
    count(signedIn.map((owner) => at(people, owner).userId)),
  )
  // Never more tries than a transaction has.
  const transactions = await db.selectFrom('transactions').select(['id', 'triesLeft', 'endedAt']).execute()
  const entries = (await db.selectFrom('audit').select('entry').orderBy('sequence').execute()).map(
    (row) => JSON.parse(row.entry) as Entry,
  )
  const proofs = entries.filter((entry) => entry.action === 'challenge.proof' && !entry.details.reason)
  for (const { id, triesLeft } of transactions) {
    expect(triesLeft ?? maxTries).toBeGreaterThanOrEqual(0)
    const own = proofs.filter((entry) => entry.target === id)
    expect(own.filter((entry) => entry.outcome === 'failed').length).toBeLessThanOrEqual(maxTries)
    expect(own.filter((entry) => entry.outcome === 'ok').length).toBeLessThanOrEqual(1)
  }
  // Never more than so many wrong codes in a row without a pause of at least a quarter of an hour.
  for (const person of people) {
    let inARow = 0
    for (const entry of entries.filter((each) => each.actor === `user:${person.userId}`)) {
      if (entry.action === 'account.paused') inARow = 0
      if (entry.action !== 'challenge.proof' || entry.details.reason) continue
      inARow = entry.outcome === 'ok' ? 0 : inARow + 1
      expect(inARow).toBeLessThanOrEqual(beforePause)
    }
  }
}

interface Entry {
  readonly actor: string
  readonly action: string
  readonly outcome: string
  readonly target: string
  readonly details: { readonly reason?: string }
}

/** What the state machine is expected to do, written down a second time and independently. */
interface Model {
  readonly clients: {
    place: 'none' | 'choose-method' | 'enter-code' | 'over'
    method: Answered | null
    createdAt: number
    tries: number
    answers: number
    passcode: string | null
    expiresAt: number
  }[]
  readonly people: { failures: number; pauses: number; pausedUntil: number; lastStep: number }[]
}

function newModel(): Model {
  return {
    clients: Array.from({ length: clientCount }, () => ({
      place: 'none' as const,
      method: null,
      createdAt: 0,
      tries: maxTries,
      answers: 0,
      passcode: null,
      expiresAt: 0,
    })),
    people: names.map(() => ({ failures: 0, pauses: 0, pausedUntil: 0, lastStep: -1 })),
  }
}

function expected(
  model: Model,
  action: Exclude<Action, { act: 'clock' }>,
  given: string | null,
  nowMs: number,
): Outcome {
  const me = at(model.clients, action.client)
  const person = at(model.people, ownerOf(action.client))
  const isPaused = person.pausedUntil > nowMs
  if (action.act === 'start') {
    me.place = isPaused ? 'none' : 'choose-method'
    Object.assign(me, { method: null, createdAt: nowMs, tries: maxTries, answers: 0, passcode: null })
    return isPaused ? 'SIGN_IN_FAILED' : 'choose-method'
  }
  if (me.place === 'none') return 'none'
  const isOver =
    me.place === 'over' || nowMs >= me.createdAt + 10 * minuteMs || nowMs < me.createdAt - minuteMs
  if (isOver) {
    me.place = 'over'
    return 'SIGN_IN_ENDED'
  }
  if (action.act === 'cancel') {
    me.place = 'over'
    return 'none'
  }
  me.answers += 1
  if (me.answers > maxAnswers) {
    me.place = 'over'
    return 'SIGN_IN_ENDED'
  }
  switch (action.act) {
    case 'skip':
      return 'CONFLICT'
    case 'another':
      if (me.place !== 'enter-code') return 'CONFLICT'
      me.place = 'choose-method'
      return 'choose-method'
    case 'sms':
    case 'voice':
    case 'email':
    case 'totp':
    case 'resend': {
      if (me.place !== (action.act === 'resend' ? 'enter-code' : 'choose-method')) return 'CONFLICT'
      if (isPaused) {
        me.place = 'over'
        return 'SIGN_IN_ENDED'
      }
      if (action.act === 'resend' && me.method === 'totp') return 'CONFLICT'
      me.place = 'enter-code'
      if (action.act !== 'resend') me.method = action.act
      me.expiresAt = Math.min(nowMs + 5 * minuteMs, me.createdAt + 10 * minuteMs)
      return 'enter-code'
    }
    case 'right':
    case 'wrong':
    case 'stolen': {
      if (me.place !== 'enter-code') return 'CONFLICT'
      if (isPaused) {
        me.place = 'over'
        return 'SIGN_IN_ENDED'
      }
      if (me.method !== 'totp' && (me.passcode === null || nowMs >= me.expiresAt)) {
        me.passcode = null
        return 'PASSCODE_EXPIRED'
      }
      const step = Math.floor(nowMs / 30_000)
      const isRight =
        me.method === 'totp' ? action.act === 'right' && step > person.lastStep : given === me.passcode
      if (isRight) {
        if (me.method === 'totp') person.lastStep = step
        Object.assign(person, { failures: 0, pauses: 0, pausedUntil: 0 })
        me.place = 'over'
        return 'signed-in'
      }
      me.tries -= 1
      person.failures += 1
      const pauses = person.failures >= (person.pauses + 1) * beforePause
      if (pauses) {
        person.pausedUntil = nowMs + Math.min(15 * 2 ** person.pauses, 60) * minuteMs
        person.pauses += 1
      }
      if (me.tries > 0 && !pauses) return 'PASSCODE_WRONG'
      me.place = 'over'
      return 'SIGN_IN_ENDED'
    }
  }
}

describe('the state machine', () => {
  it('answers as its model says, whatever several clients do one after another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actionArbitrary, { maxLength: 100, size: 'max' }), async (actions) => {
        const here = await world()
        const model = newModel()
        const signedIn: number[] = []
        for (const action of [...everybodyAtACode, ...actions]) {
          const outcome = await run(here, action)
          if (action.act === 'clock') continue
          const me = at(model.clients, action.client)
          // Limits of messages have tests of their own: here they are answers that lead nowhere.
          if (outcome === 'RATE_LIMITED') {
            me.answers += 1
            continue
          }
          const given = givenCode(here, action)
          const should = expected(model, action, given, here.auth.clock.nowMs())
          expect([action, outcome]).toEqual([action, should])
          if (outcome === 'enter-code') me.passcode = at(here.clients, action.client).passcode
          if (outcome === 'signed-in') signedIn.push(ownerOf(action.client))
        }
        await checkInvariants(here, signedIn)
        await here.auth.store.close()
      }),
      { numRuns: 60 },
    )
  })

  it('keeps its promises when several clients act at the same moment', async () => {
    const rounds = fc.array(fc.array(actionArbitrary, { minLength: 1, maxLength: 8, size: 'max' }), {
      maxLength: 16,
      size: 'max',
    })
    await fc.assert(
      fc.asyncProperty(rounds, async (batches) => {
        const here = await world()
        const signedIn: number[] = []
        for (const action of everybodyAtACode) await run(here, action)
        for (const batch of batches) {
          const outcomes = await Promise.all(batch.map((action) => run(here, action)))
          for (const [index, outcome] of outcomes.entries()) {
            const action = at(batch, index)
            if (outcome === 'signed-in' && action.act !== 'clock') signedIn.push(ownerOf(action.client))
          }
        }
        await checkInvariants(here, signedIn)
        expect(signedIn.length).toBeLessThanOrEqual(batches.flat().length)
        await here.auth.store.close()
      }),
      { numRuns: 60 },
    )
  })
})

function givenCode({ clients }: World, action: Action): string | null {
  if (action.act === 'clock') return null
  const me = at(clients, action.client)
  if (action.act === 'right') return me.passcode
  if (action.act !== 'stolen') return null
  return clients.find((each) => each !== me && each.passcode !== null)?.passcode ?? null
}
