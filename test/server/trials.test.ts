import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { totpAt } from '../../server/factors/totp.ts'
import { codeOf } from '../../server/sign-in/auth.fixture.ts'
import type { Lease } from '../../shared/model/lease.ts'
import { apiPrefix } from '../../shared/routes.ts'
import { deviceLease, enrolDevice, makeAccount, makeSet, type Account } from '../fixtures/account.ts'
import { behindProxy, optionOf, sentBy, somebodyAt } from '../fixtures/attacker.ts'
import { bearer, leaseAuthorization } from '../fixtures/http-api.ts'
import type { InsideServer } from '../harness/inside-server.ts'
import { describeServerOnEveryStore } from '../harness/on-every-store.ts'

const client = { name: 'Holdfast', version: '1', platform: 'linux', hostName: 'pc' }
const newPassword = 'a good long password'
const dayMs = 86_400_000

/** Registering as it comes over HTTP, against the whole server, each person from a network of their own. */
function trialStories(open: () => Promise<InsideServer>): void {
  let inside: InsideServer
  let networks = 0
  const somebody = () =>
    somebodyAt(inside, `198.51.${100 + Math.floor((networks += 1) / 250)}.${networks % 250}`)
  const set = (...assignments: string[]) => inside.command('settings', 'set', ...assignments)

  beforeAll(async () => {
    inside = await open()
    await makeAccount(inside, 'known@example.org', '+4915123456711')
  }, 60_000)

  afterAll(async () => {
    await inside.dispose()
  })

  async function codeFor(email: string): Promise<string> {
    const text = (await sentBy(inside)).findLast(({ to }) => to === email)?.text ?? ''
    const code = /^([a-z0-9-]{23}) is the code/.exec(text)?.[1]
    if (code === undefined) throw new Error(`No code was mailed to ${email}.`)
    return code
  }

  /** Asks, waits for the mail, registers. */
  async function register(email: string, person = somebody()) {
    await person.call('askForTrial', { email })
    await expect.poll(async () => (await sentBy(inside)).some(({ to }) => to === email)).toBe(true)
    const made = await person.call('registerTrial', {
      email,
      code: await codeFor(email),
      newPassword,
    })
    return { person, made, email }
  }

  /** All that somebody outside sees of an answer. */
  async function answerTo(email: string) {
    const answer = await fetch(`${inside.address}${apiPrefix}/trials/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${(networks += 1)}` },
      body: JSON.stringify({ email }),
    })
    const headers = [...answer.headers].filter(([name]) => name !== 'date')
    return { status: answer.status, text: await answer.text(), headers }
  }

  it('off, as every server is at first, nothing can be registered and nobody gets a mail', async () => {
    const person = somebody()
    expect((await person.call('serverInfo', {})).trial).toBeNull()
    const sent = (await sentBy(inside)).length
    expect(await codeOf(person.call('askForTrial', { email: 'a@example.org' }))).toBe('NOT_ALLOWED')
    const registering = { email: 'a@example.org', code: 'abcde-fghjk-mnpqr-stvwx', newPassword }
    expect(await codeOf(person.call('registerTrial', registering))).toBe('NOT_ALLOWED')
    expect((await sentBy(inside)).length).toBe(sent)
  })

  it('from registering over the second factor to a backup that meets the limit of the trial and its end', async () => {
    await set('trial.isOffered=true', 'trial.days=14', 'trial.quotaBytes=1000000')
    expect((await somebody().call('serverInfo', {})).trial).toEqual({ days: 14, needsInvitation: false })
    const { made, person, email } = await register('zoe@example.org', somebodyAt(inside, '127.0.0.1'))
    expect(made.loginName).toBe(email)

    const known = { loginName: email, password: newPassword }
    const begun = await person.start(known)
    expect(begun.step.kind).toBe('must-enrol')
    const pairing = await person.call('startEnrolment', { method: 'totp' }, begun.token)
    if (pairing.step.kind !== 'pair-authenticator') throw new Error(pairing.step.kind)
    const { secretBase32 } = pairing.step
    const totp = () => totpAt(secretBase32, Math.floor(inside.clock.nowMs() / 30_000))
    const end = await person.prove(begun.token, totp())
    if (end.kind !== 'signed-in') throw new Error(end.kind)
    const session = bearer(end.sessionToken)
    const me = await person.call('me', {}, session)
    expect([me.subscription, me.expiresAt]).toEqual(['trial', made.expiresAt])

    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { deviceId } = await enrolDevice(inside.address, session, publicKey, privateKey)
    const account: Account = { ...known, session, deviceId, deviceKey: privateKey, backupCodes: [] }
    const backupSet = await makeSet(inside, account, { name: 'Documents', sources: ['/home'] })
    const lease = await deviceLease(inside, account, backupSet.id)
    expect(await uploadStatus(lease, 900_000)).toBe(200)
    expect(await uploadStatus(lease, 200_000)).toBe(507)

    inside.clock.advance(14 * dayMs)
    expect(await codeOf(deviceLease(inside, account, backupSet.id))).toBe('ACCOUNT_EXPIRED')
    // Only the second factor leads to the reason.
    expect(await codeOf(person.start({ ...known, password: 'a wrong password' }))).toBe('SIGN_IN_FAILED')
    const late = await person.start(known)
    const factorId = optionOf(late.step, 'totp')
    await person.call('chooseMethod', { factorId }, late.token)
    expect(await codeOf(person.prove(late.token, totp()))).toBe('ACCOUNT_EXPIRED')

    // An administrator keeps it: what was stored is still there, and more fits.
    const bought = ['--subscription', 'paid', '--expires', 'none', '--quota-bytes', 'none']
    const changed = await inside.command('user', 'set', email, ...bought)
    expect(changed).toMatchObject({
      account: { subscription: 'paid', expiresAt: null, quotaBytes: null, isExpired: false },
    })
    const next = await deviceLease(inside, account, backupSet.id)
    expect(await uploadStatus(next, 200_000)).toBe(200)
  })

  async function uploadStatus(lease: Lease, sizeBytes: number): Promise<number> {
    const bytes = randomBytes(sizeBytes)
    const name = createHash('sha256').update(bytes).digest('hex')
    const answer = await fetch(`${inside.address}${lease.repositoryPath}data/${name}`, {
      method: 'POST',
      headers: { authorization: leaseAuthorization(lease) ?? '' },
      body: bytes,
    })
    await answer.arrayBuffer()
    return answer.status
  }

  it('whether an address is free, taken or may not register is told by no word and no header', async () => {
    await set('trial.blockedDomains=blocked.example')
    const answers: unknown[] = []
    for (const email of [
      'free@example.org',
      'known@example.org',
      'x@blocked.example',
      'admin@blocked.example',
    ])
      answers.push(await answerTo(email))
    expect(answers[0]).toMatchObject({ status: 200, text: '{"done":true}' })
    expect(answers.slice(1)).toEqual([answers[0], answers[0], answers[0]])
    await expect.poll(async () => (await sentBy(inside)).map(({ to }) => to)).toContain('known@example.org')
    const to = (await sentBy(inside)).map((mail) => mail.to)
    expect(to.filter((address) => address.endsWith('blocked.example'))).toEqual([])
  })

  it('two who confirm with one code at the same moment make one account', async () => {
    const email = 'race@example.org'
    await somebody().call('askForTrial', { email })
    await expect.poll(async () => (await sentBy(inside)).some(({ to }) => to === email)).toBe(true)
    const input = { email, code: await codeFor(email), newPassword }
    const results = await Promise.all([1, 2, 3].map(() => codeOf(somebody().call('registerTrial', input))))
    expect(results.sort()).toEqual(['PASSCODE_WRONG', 'PASSCODE_WRONG', 'done'])
  })

  it('neither the mailbox nor the password of a trial opens it: the second factor is asked for', async () => {
    const { email, person } = await register('mailbox@example.org')
    const begun = await person.start({ loginName: email, password: newPassword })
    expect(await codeOf(person.call('skipEnrolment', { dontShowAgain: true }, begun.token))).not.toBe('done')
    // A forgotten password, with nothing registered yet, is for the administrator.
    const sent = (await sentBy(inside)).length
    await person.call('forgotPassword', { account: email })
    await expect.poll(async () => (await sentBy(inside)).length).toBe(sent + 1)
    const resetCode =
      /^([a-z0-9-]{23}) is the code/.exec((await sentBy(inside)).at(-1)?.text ?? '')?.[1] ?? ''
    expect(await codeOf(person.call('startPasswordReset', { resetCode, client }))).toBe('NO_METHOD_AVAILABLE')
  })

  it('administrators read the invitation’s checksum, never the code, and see who is on trial', async () => {
    const changed = JSON.stringify(await set('trial.invitationCode=12345678'))
    expect(changed).toContain('"invitationCode":"mac:')
    expect(changed + JSON.stringify(await inside.command('settings', 'show'))).not.toContain('12345678')
    expect((await somebody().call('serverInfo', {})).trial).toMatchObject({ needsInvitation: true })
    const input = { email: 'late@example.org' }
    expect(await codeOf(somebody().call('askForTrial', input))).toBe('INPUT_INVALID')
    expect(await codeOf(somebody().call('askForTrial', { ...input, invitationCode: '12345678' }))).toBe(
      'done',
    )
    await set('trial.invitationCode=null')
    const { users } = (await inside.command('user', 'list')) as {
      users: { loginName: string; subscription: string; expiresAt: string | null }[]
    }
    const shown = users.find(({ loginName }) => loginName === 'race@example.org')
    expect(shown?.subscription).toBe('trial')
    expect(Date.parse(shown?.expiresAt ?? '')).toBeGreaterThan(inside.clock.nowMs())
  })

  it('no code, password or address of a person who asks stands in the log', async () => {
    const { email } = await register('quiet@example.org')
    for (const secret of [await codeFor(email), newPassword, email])
      expect(inside.log()).not.toContain(secret)
  })
}

describeServerOnEveryStore('registering on trial', trialStories, behindProxy)
