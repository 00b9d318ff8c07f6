import { beforeEach, expect, it } from 'vitest'
import { listAlerts } from '../alerts/alerts.ts'
import { listAudit } from '../audit/audit.ts'
import { codeOf, origin, problemOf, stepOf } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { openPushAuth, type PushAuth } from './phone.fixture.ts'
import { maxPhones } from './phone-step.ts'

const endOf = async (work: Promise<unknown>) => {
  const problem = await problemOf(work)
  return [problem?.code, problem?.details?.['reason']]
}

describeOnEveryStore('approving on a phone', (fresh) => {
  let auth: PushAuth
  beforeEach(async () => {
    auth = await openPushAuth({}, await (await fresh()).open())
  })

  it('begins with pairing at the first sign-in, whose approval signs in and gives backup codes', async () => {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    expect(stepOf(started.step, 'must-enrol').methods).toContain('push')
    const { approval } = stepOf(await started.enrol({ method: 'push' }), 'pair-phone')
    expect(approval.address).toMatch(/^https:\/\/cbs\.example\.com\/authenticator#[A-Za-z0-9_-]{43}$/)
    expect(approval.number).toMatch(/^[1-9]\d$/)
    const phone = auth.newPhone()
    const client = auth.asClient(started.transactionToken)
    expect(await client.poll()).toBeNull()
    const request = await phone.pair(approval.address)
    expect(request).toMatchObject({ isNew: true, loginName: 'anna', purpose: 'sign-in', hostName: 'pc-1' })
    // Paired, and not proven yet: nothing is registered.
    expect(await client.poll()).toBeNull()
    expect((await phone.look()).state).toBe('pairing')
    await phone.approve(request, approval.number)
    const end = stepOf(await auth.taken(started.transactionToken), 'signed-in')
    expect(end.backupCodes).toHaveLength(10)
    const { factors, history } = await auth.inSession(end.sessionToken).factors()
    expect(factors.map(({ isProven, label, method }) => [method, label, isProven])).toEqual([
      ['push', 'Anna’s phone', true],
      ['backup-code', 'Backup codes', true],
    ])
    expect(history.map(({ event, method }) => [event, method])).toContainEqual(['added', 'push'])
    expect((await auth.inSession(end.sessionToken).me()).session.provenBy).toEqual(['password', 'push'])
    expect((await phone.look()).state).toBe('paired')
  })

  it('signs in with the number, shows the phone who asks from where, and opens no session on the phone', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    expect(request).toMatchObject({
      isNew: false,
      loginName: 'anna',
      purpose: 'sign-in',
      operation: null,
      clientName: 'holdfast',
      hostName: 'pc-1',
      address: origin.address,
      isSameNetwork: true,
    })
    expect(Object.values(request)).not.toContain(approval.number)
    expect(await client.poll()).toBeNull()
    await user.phone.approve(request, approval.number)
    const sessions = () => auth.store.db.selectFrom('sessions').select('id').execute()
    const before = (await sessions()).length
    expect((await user.phone.look()).requests).toEqual([])
    expect(await sessions()).toHaveLength(before)
    expect(stepOf((await client.poll()) ?? approvalMissing(), 'signed-in').scope).toBe('full')
  })

  it('steps up for the one operation that the phone showed', async () => {
    const user = await auth.userWithPhone('anna')
    const stepUp = await auth.inSession(user.sessionToken).stepUp({ kind: 'export-key' })
    const { approval } = stepOf(await stepUp.choose(user.factorId), 'approve-on-phone')
    const [request] = (await user.phone.look()).requests
    if (request === undefined) throw new Error('The phone sees no request.')
    expect(request).toMatchObject({ purpose: 'step-up', operation: { kind: 'export-key' } })
    await user.phone.approve(request, approval.number)
    const granted = stepOf(await auth.taken(stepUp.transactionToken), 'granted')
    expect(granted.operation).toEqual({ kind: 'export-key' })
  })

  it('is added inside a session with a grant only', async () => {
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    const { sessionToken } = stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
    const session = auth.inSession(sessionToken)
    expect(await codeOf(session.enrol({ method: 'push' }))).toBe('STEP_UP_REQUIRED')
    auth.clock.advance(30_000)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    const enrolling = await session.enrol({ method: 'push', label: 'Work phone' }, grantToken)
    const { approval } = stepOf(enrolling.step, 'pair-phone')
    const phone = auth.newPhone()
    await phone.approve(await phone.pair(approval.address), approval.number)
    const end = stepOf(await auth.taken(enrolling.transactionToken), 'enrolled')
    expect(end.factor).toMatchObject({ method: 'push', label: 'Work phone', isProven: true })
  })

  it('with a wrong number ends the request and counts like a wrong code', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    const wrong = approval.number === '10' ? '11' : '10'
    const problem = await problemOf(user.phone.approve(request, wrong))
    expect([problem?.code, problem?.details?.['triesLeft']]).toEqual(['PASSCODE_WRONG', 4])
    expect(await endOf(user.phone.approve(request, approval.number))).toEqual([
      'PHONE_REQUEST_ENDED',
      'wrong-number',
    ])
    expect(await endOf(client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'wrong-number'])
    const next = stepOf(await client.again(), 'approve-on-phone').approval
    const [again] = (await user.phone.look()).requests
    if (again === undefined) throw new Error('The phone sees no request.')
    await user.phone.approve(again, next.number)
    expect(stepOf((await client.poll()) ?? approvalMissing(), 'signed-in').scope).toBe('full')
  })

  it('shares its row of failures with all other methods', async () => {
    await auth.setPolicy({ limits: { failuresBeforeLock: 5, triesPerChallenge: 10 } })
    const user = await auth.userWithPhone('anna')
    const totp = await user.addTotp()
    const { approval, chooseAnother, choose, prove, request } = await auth.waiting(user)
    const wrong = approval.number === '10' ? '11' : '10'
    expect(await codeOf(user.phone.approve(request, wrong))).toBe('PASSCODE_WRONG')
    await chooseAnother()
    await choose(totp.id)
    for (let i = 0; i < 3; i++) expect(await codeOf(prove('000000'))).toBe('PASSCODE_WRONG')
    expect(await codeOf(prove('000000'))).toBe('SIGN_IN_ENDED')
  })

  it('that its owner denies ends the sign-in, is told, and brings no further request for a while', async () => {
    const user = await auth.userWithPhone('anna')
    await user.addPhone('+4915112345678')
    auth.clock.advance(1000)
    const { client, request } = await auth.waiting(user)
    await user.phone.deny(request)
    expect(await endOf(client.poll())).toEqual(['SIGN_IN_ENDED', 'denied'])
    const { history } = await auth.inSession(user.sessionToken).factors()
    expect(history[0]).toMatchObject({ event: 'denied', method: 'push', address: origin.address })
    await expect.poll(() => auth.messages.map(({ text }) => text).join()).toContain('was denied on the phone')
    expect((await listAlerts(auth.store.db, { limit: 10 })).map(({ kind }) => kind)).toEqual([
      'request-denied',
    ])
    const audit = await listAudit(auth.store.db, { limit: 20 })
    expect(audit.map(({ action, outcome }) => `${action} ${outcome}`)).toContain('phone.answer refused')

    const next = await auth.signIn('anna')
    expect(await codeOf(next.choose(user.factorId))).toBe('RATE_LIMITED')
    auth.clock.advance(15 * 60_000)
    const later = await auth.signIn('anna')
    stepOf(await later.choose(user.factorId), 'approve-on-phone')
  })

  it('pauses after a denial for strangers only: a known computer asks on', async () => {
    const user = await auth.userWithPhone('anna')
    const device = await auth.knownComputer(user)
    const stranger = await auth.waiting(user)
    await user.phone.deny(stranger.request)
    const own = await auth.waiting(user, { device })
    await user.phone.approve(own.request, own.approval.number)
    expect((await auth.taken(own.transactionToken)).kind).toBe('signed-in')
    expect(await codeOf((await auth.signIn('anna')).choose(user.factorId))).toBe('RATE_LIMITED')
  })

  it('asks a phone no more than three times at once and five times in ten minutes', async () => {
    const user = await auth.userWithPhone('anna')
    const numbers = new Set<string>()
    for (let i = 0; i < 3; i++) numbers.add((await auth.waiting(user)).approval.number)
    expect(numbers.size).toBe(3)
    expect((await user.phone.look()).requests).toHaveLength(3)
    expect(await codeOf((await auth.signIn('anna')).choose(user.factorId))).toBe('RATE_LIMITED')
    auth.clock.advance(2 * 60_000)
    await auth.waiting(user)
    await auth.waiting(user)
    auth.clock.advance(2 * 60_000)
    expect(await codeOf((await auth.signIn('anna')).choose(user.factorId))).toBe('RATE_LIMITED')
    const device = await auth.knownComputer(user)
    await auth.waiting(user, { device })
  })

  it('ends after two minutes, on both sides', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    auth.clock.advance(2 * 60_000)
    expect((await user.phone.look()).requests).toEqual([])
    expect(await endOf(user.phone.approve(request, approval.number))).toEqual([
      'PHONE_REQUEST_ENDED',
      'expired',
    ])
    expect(await endOf(client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'expired'])
  })

  it('is asked about no more often than every two seconds', async () => {
    const user = await auth.userWithPhone('anna')
    const { client } = await auth.waiting(user)
    expect(await client.poll()).toBeNull()
    expect(await codeOf(client.pollAtOnce())).toBe('RATE_LIMITED')
    expect(await client.poll()).toBeNull()
  })

  it('pairs five phones and no more, and takes as long as an authenticator app', async () => {
    const user = await auth.userWithPhone('anna')
    const totp = await user.addTotp()
    const session = auth.inSession(user.sessionToken)
    const grant = async () => {
      auth.clock.advance(30_000)
      const stepUp = await session.stepUp({ kind: 'change-factors' })
      await stepUp.choose(totp.id)
      return stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted').grantToken
    }
    const late = await session.enrol({ method: 'push' }, await grant())
    const { address } = stepOf(late.step, 'pair-phone').approval
    auth.clock.advance(10 * 60_000)
    expect(await endOf(auth.newPhone().pair(address))).toEqual(['SIGN_IN_ENDED', 'expired'])
    for (let i = 1; i < maxPhones; i++) {
      const enrolling = await session.enrol({ method: 'push' }, await grant())
      const { approval } = stepOf(enrolling.step, 'pair-phone')
      const phone = auth.newPhone()
      await phone.approve(await phone.pair(approval.address), approval.number)
      stepOf(await auth.taken(enrolling.transactionToken), 'enrolled')
    }
    expect(await codeOf(session.enrol({ method: 'push' }, await grant()))).toBe('CONFLICT')
  })
})

function approvalMissing(): never {
  throw new Error('The phone approved, and the client must wait.')
}
