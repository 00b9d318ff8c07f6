import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isoOf } from '../../shared/clock.ts'
import { listAlerts } from '../alerts/alerts.ts'
import { createGroup, deleteGroup, findGroup } from '../accounts/groups.ts'
import { listAudit } from '../audit/audit.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import { serverInfoHandlers } from '../http/server-info.ts'
import { setEmail } from '../recovery/recovery.fixture.ts'
import {
  codeOf,
  elsewhere,
  openTestAuth,
  origin,
  problemOf,
  stepOf,
  type TestAuth,
} from '../sign-in/auth.fixture.ts'
import { serverSettings } from '../settings.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { removeOldRegistrations } from './remove-old.ts'
import { email, newPassword, openTrials } from './trials.fixture.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

let auth: TestAuth
const offered = async () =>
  (await serverInfoHandlers(auth.deps).serverInfo({}, { origin, caller: undefined })).trial
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const network = (index: number) => ({ address: `203.0.113.${index}`, network: `203.0.113.${index}` })

describeOnEveryStore('registering an account on trial', (fresh) => {
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
  })

  it('takes a mailed code and a password, and makes a backup user on trial with an end and a limit', async () => {
    await createGroup(auth.deps, 'Trials', defaultPolicy, 'test')
    const trials = await openTrials(auth, { days: 14, quotaBytes: 5_000_000, groupName: 'Trials' })
    expect(await trials.ask()).toEqual({ done: true })
    expect(await trials.users()).toEqual([])
    const made = await trials.register(trials.code(), { displayName: 'Zoë Lang' })
    const expiresAt = auth.clock.nowMs() + 14 * dayMs
    expect(made).toEqual({ loginName: email, expiresAt: isoOf(expiresAt) })
    expect(await trials.users()).toMatchObject([
      {
        loginName: email,
        displayName: 'Zoë Lang',
        kind: 'backup',
        role: null,
        groupId: (await findGroup(auth.deps, 'Trials')).id,
        ownerId: null,
        email,
        emailProvenAt: auth.clock.nowMs(),
        audience: 'external',
        subscription: 'trial',
        status: 'enabled',
        quotaBytes: 5_000_000,
        expiresAt,
        mustChangePassword: 0,
      },
    ])
    const [entry] = await listAudit(auth.store.db, { limit: 1 })
    expect(entry).toMatchObject({ action: 'trial.registered', outcome: 'ok', address: origin.address })
  })

  it('gives no session and no second factor: the first sign-in registers one as policy says', async () => {
    const trials = await openTrials(auth)
    await auth.setPolicy({ methods: ['totp', 'email', 'backup-code'] })
    await trials.ask()
    await trials.register(trials.code())
    for (const table of ['sessions', 'transactions', 'factors'] as const)
      expect(await auth.store.db.selectFrom(table).selectAll().execute(), table).toEqual([])
    const flow = await auth.signIn(email, { password: newPassword })
    stepOf(flow.step, 'must-enrol')
    expect(await codeOf(flow.skip())).toBe('CONFLICT')
    const { secretBase32 } = stepOf(await flow.enrol({ method: 'totp' }), 'pair-authenticator')
    stepOf(await flow.prove(auth.totp(secretBase32)), 'signed-in')
  })

  it('takes a code once, of two that come at the same moment as well', async () => {
    const trials = await openTrials(auth)
    await trials.ask()
    const code = trials.code()
    const both = await Promise.all([1, 2].map(() => codeOf(trials.register(code))))
    expect(both.sort()).toEqual(['PASSCODE_WRONG', 'done'])
    expect(await codeOf(trials.register(code))).toBe('PASSCODE_WRONG')
    expect(await trials.users()).toHaveLength(1)
  })

  it('counts two that come at the same moment for the last account of a day as one', async () => {
    const trials = await openTrials(auth, { perDay: 1 })
    await trials.ask(email)
    await trials.ask('yan@example.org')
    const results = await Promise.all([
      codeOf(trials.register(trials.code())),
      codeOf(trials.register(trials.code('yan@example.org'), { email: 'yan@example.org' })),
    ])
    expect(results.sort()).toEqual(['RATE_LIMITED', 'done'])
    expect(await trials.users()).toHaveLength(1)
  })

  it('finds an address as an account’s in any case, by name and by mail address, proven or not', async () => {
    const trials = await openTrials(auth)
    await auth.newUser('Named@example.org')
    const ben = await auth.newUser('ben')
    await setEmail(auth, ben.userId, 'Ben@example.org')
    await auth.store.db
      .updateTable('users')
      .set({ email: 'boss@example.org' })
      .where('kind', '=', 'system')
      .execute()
    for (const address of ['named@example.org', 'ben@EXAMPLE.org', 'boss@example.org']) {
      await trials.ask(address)
      const [mail, ...more] = auth.messages.splice(0)
      expect([mail?.subject, more.length], address).toEqual(['Test CBS: you have an account already', 0])
    }
    expect(await trials.users()).toHaveLength(2)
  })
})

describe('a server', () => {
  beforeEach(async () => {
    auth = await openTestAuth()
  })
  afterEach(() => auth.store.close())

  it('offers nobody a trial until an administrator switches it on', async () => {
    const trials = await openTrials(auth, { isOffered: false })
    expect(await offered()).toBeNull()
    expect(await codeOf(trials.ask())).toBe('NOT_ALLOWED')
    expect(await codeOf(trials.register('abcde-fghjk-mnpqr-stvwx'))).toBe('NOT_ALLOWED')
    await trials.setTrial({ isOffered: true, days: 7 })
    expect(await offered()).toEqual({ days: 7, needsInvitation: false })
  })

  it('offers none while nobody sends mail', async () => {
    const trials = await openTrials(auth)
    auth.sending.channels.delete('email')
    expect(await offered()).toBeNull()
    expect(await codeOf(trials.ask())).toBe('NOT_ALLOWED')
  })

  it('that stops offering them takes no code any more', async () => {
    const trials = await openTrials(auth)
    await trials.ask()
    await trials.setTrial({ isOffered: false })
    expect(await codeOf(trials.register(trials.code()))).toBe('NOT_ALLOWED')
    await trials.setTrial({ isOffered: true, blockedDomains: ['example.org'] })
    expect(await codeOf(trials.register(trials.code()))).toBe('NOT_ALLOWED')
    expect(await trials.users()).toEqual([])
  })

  it('names a group that is there, and keeps it', async () => {
    const trials = await openTrials(auth)
    const problem = await problemOf(trials.setTrial({ groupName: 'Nobody' }))
    expect([problem?.code, problem?.details]).toEqual([
      'INPUT_INVALID',
      { paths: ['trial.groupName'], reason: 'group' },
    ])
    const group = await createGroup(auth.deps, 'Trials', defaultPolicy, 'test')
    await trials.setTrial({ groupName: 'Trials' })
    expect(await codeOf(deleteGroup(auth.deps, group.id, 'test'))).toBe('CONFLICT')
    await trials.setTrial({ groupName: 'Default' })
    expect(await codeOf(deleteGroup(auth.deps, group.id, 'test'))).toBe('done')
  })

  it('offers none where the group went missing all the same', async () => {
    const trials = await openTrials(auth)
    await auth.store.db.updateTable('groups').set({ name: 'Other' }).execute()
    expect(await offered()).toBeNull()
    expect(await codeOf(trials.ask())).toBe('NOT_ALLOWED')
  })
})

describe('asking for a code', () => {
  beforeEach(async () => {
    auth = await openTestAuth()
  })
  afterEach(() => auth.store.close())

  /** What an attempt left behind, as far as anybody but an administrator could notice. */
  async function traceOf(work: () => Promise<unknown>) {
    const count = async () => {
      const rows: Record<string, number> = { hashes: auth.hashCount() }
      for (const table of ['audit', 'throttles', 'registrations', 'transactions', 'users'] as const)
        rows[table] = (await auth.store.db.selectFrom(table).selectAll().execute()).length
      return rows
    }
    const before = await count()
    const answer = await work()
    const after = await count()
    return { answer, grown: Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)]) }
  }

  it('answers and works the same for an address that is free, taken or may not register', async () => {
    const trials = await openTrials(auth, { blockedDomains: ['blocked.example'] })
    const anna = await auth.newUser('anna')
    await setEmail(auth, anna.userId, 'anna@example.org')
    await trials.ask('before@example.org')
    const traces: unknown[] = []
    for (const address of [
      'free@example.org',
      'anna@example.org',
      'x@blocked.example',
      'y@sub.blocked.example',
    ])
      traces.push(await traceOf(() => trials.ask(address)))
    expect(traces[0]).toEqual({
      answer: { done: true },
      grown: [
        ['hashes', 0],
        ['audit', 1],
        ['throttles', 1],
        ['registrations', 1],
        ['transactions', 0],
        ['users', 0],
      ],
    })
    expect(traces.slice(1)).toEqual([traces[0], traces[0], traces[0]])
    const again: unknown[] = []
    for (const address of ['free@example.org', 'anna@example.org', 'x@blocked.example'])
      again.push(await traceOf(() => trials.ask(address)))
    expect(again).toEqual([again[0], again[0], again[0]])
    await expect.poll(() => auth.messages.length).toBe(5)
    expect(auth.messages.filter(({ to }) => to.includes('blocked'))).toEqual([])
  })

  it('answers before the mail is sent, and the same where no provider takes it', async () => {
    const trials = await openTrials(auth)
    auth.sending.failing.add('email')
    expect(await trials.ask()).toEqual({ done: true })
    await expect.poll(() => auth.logged.join()).toContain('A mail about registering could not be sent.')
  })

  it('mails the code in the language of who asks, which the account keeps; an owner reads their own', async () => {
    const trials = await openTrials(auth)
    await trials.ask(email, origin, undefined, 'de')
    await nextTurn()
    const code = trials.mailsTo(email)[0]?.text.slice(0, 23) ?? ''
    expect(trials.mailsTo(email)[0]?.text).toContain('ist der Code zum Registrieren')
    await trials.register(code, { language: 'de' })
    expect((await trials.users()).map(({ language }) => language)).toEqual(['de'])
    await trials.ask(email, origin, undefined, 'ja')
    await nextTurn()
    expect(trials.mailsTo(email)[1]?.text).toContain('schon zu einem Konto gehört')
  })

  it('tells who has an account by mail, without a code, and only so often', async () => {
    const trials = await openTrials(auth)
    const anna = await auth.newUser('anna')
    await setEmail(auth, anna.userId, 'anna@example.org')
    for (let index = 0; index < 6; index += 1) await trials.ask('anna@example.org', network(index))
    await nextTurn()
    const mails = trials.mailsTo('anna@example.org')
    expect(mails).toHaveLength(3)
    expect(mails[0]?.text).toContain('belongs to an account already')
    expect(mails.map(({ text }) => text).join()).not.toMatch(/[a-z0-9]{5}-[a-z0-9]{5}-/)
  })

  it('floods no address from many networks, and the last code that was mailed stays the one that works', async () => {
    const trials = await openTrials(auth)
    for (let index = 0; index < 30; index += 1) await trials.ask(email, network(index))
    await nextTurn()
    expect(trials.mailsTo(email)).toHaveLength(3)
    expect(await codeOf(trials.register(trials.code()))).toBe('done')
  })

  it('floods no list of addresses: from one network ten an hour, from all together five for each account', async () => {
    const trials = await openTrials(auth, { perDay: 4 })
    const ask = (index: number, from = origin) => codeOf(trials.ask(`p${index}@example.org`, from))
    for (let index = 0; index < 10; index += 1) expect(await ask(index)).toBe('done')
    expect(await ask(10)).toBe('RATE_LIMITED')
    expect(await ask(11, elsewhere)).toBe('done')
    for (let index = 0; index < 9; index += 1) expect(await ask(12 + index, network(index))).toBe('done')
    expect(await ask(30, network(30))).toBe('RATE_LIMITED')
    expect(await listAlerts(auth.store.db, { limit: 9 })).toMatchObject([
      { kind: 'trials-used-up', details: { about: 'mails', limit: 20 } },
    ])
    await nextTurn()
    expect(auth.messages).toHaveLength(20)
  })

  it('takes no line break, no second address and no name into a mail’s header', async () => {
    const trials = await openTrials(auth)
    const bad = [
      'a@example.org\r\nBcc: b@example.org',
      'a@example.org, b@example.org',
      'Zoe <a@example.org>',
      'a@example.org\u0000',
      'nobody',
      '"a b"@example.org',
      // Longer than a login name may be.
      `zoe@${'x'.repeat(60)}.${'y'.repeat(60)}.example.org`,
    ]
    for (const address of bad) {
      const problem = await problemOf(trials.ask(address))
      expect([problem?.code, problem?.details?.['paths']], address).toEqual(['INPUT_INVALID', ['email']])
      auth.clock.advance(hourMs)
    }
    await trials.ask()
    await nextTurn()
    expect(auth.messages.map(({ subject, to }) => [to, subject])).toEqual([
      [email, 'Test CBS: your free trial'],
    ])
  })

  it('needs the invitation where there is one, of which only a checksum is stored and shown', async () => {
    const trials = await openTrials(auth, { invitationCode: 'summer-fair-2027' })
    expect(await offered()).toMatchObject({ needsInvitation: true })
    for (const wrong of [undefined, '', 'summer-fair-2026']) {
      const problem = await problemOf(trials.ask(email, origin, wrong))
      expect([problem?.code, problem?.details]).toEqual([
        'INPUT_INVALID',
        { paths: ['invitationCode'], reason: 'invitation' },
      ])
    }
    expect(await codeOf(trials.ask(email, origin, 'summer-fair-2027'))).toBe('done')
    const { settings } = await serverSettings(auth.store.db)
    expect(settings.trial.invitationCode).toMatch(/^mac:[\w-]{43}$/)
    // Read, edited and sent back as it stands.
    await trials.setTrial({ days: 8 })
    expect(await codeOf(trials.ask(email, elsewhere, 'summer-fair-2027'))).toBe('done')
    const audit = await auth.store.db.selectFrom('audit').selectAll().execute()
    expect(JSON.stringify(audit)).not.toContain('summer-fair')
    // The checksum itself is no code.
    expect(await codeOf(trials.ask(email, elsewhere, settings.trial.invitationCode ?? ''))).toBe(
      'INPUT_INVALID',
    )
  })

  it('lets a network try ten invitations an hour', async () => {
    const trials = await openTrials(auth, { invitationCode: 'summer-fair-2027' })
    for (let index = 0; index < 10; index += 1)
      expect(await codeOf(trials.ask(email, origin, `wrong-${index}`))).toBe('INPUT_INVALID')
    expect(await codeOf(trials.ask(email, origin, 'summer-fair-2027'))).toBe('RATE_LIMITED')
  })

  it.each<[string, { allowedDomains?: string[] | null; blockedDomains?: string[] }, boolean]>([
    ['all domains', {}, true],
    ['its own', { allowedDomains: ['example.org'] }, true],
    ['one above it', { allowedDomains: ['org.example', 'example.org'] }, true],
    ['one that ends the same', { allowedDomains: ['ple.org'] }, false],
    ['another', { allowedDomains: ['example.com'] }, false],
    ['none', { allowedDomains: [] }, false],
    ['all but its own', { blockedDomains: ['example.org'] }, false],
    ['its own, and blocks it', { allowedDomains: ['example.org'], blockedDomains: ['example.org'] }, false],
  ])('mails an address where the server takes %s', async (_name, domains, isMailed) => {
    const trials = await openTrials(auth, domains)
    expect(await trials.ask('zoe@EXAMPLE.org')).toEqual({ done: true })
    await nextTurn()
    expect(auth.messages).toHaveLength(isMailed ? 1 : 0)
  })

  it('stores no address and no code in clear, logs none, and forgets both when they are over', async () => {
    const trials = await openTrials(auth)
    await trials.ask()
    await nextTurn()
    const tables = await Promise.all(
      (['registrations', 'audit', 'throttles'] as const).map((name) =>
        auth.store.db.selectFrom(name).selectAll().execute(),
      ),
    )
    const everything = JSON.stringify(tables) + auth.logged.join()
    for (const secret of [email, trials.code(), trials.code().replaceAll('-', '')])
      expect(everything).not.toContain(secret)
    auth.clock.advance(hourMs + 1)
    await removeOldRegistrations(auth.deps)
    expect(await auth.store.db.selectFrom('registrations').selectAll().execute()).toEqual([])
  })
})

describe('a mailed code for registering', () => {
  beforeEach(async () => {
    auth = await openTestAuth()
  })
  afterEach(() => auth.store.close())

  it('works for an hour, for its own address, with and without dashes', async () => {
    const trials = await openTrials(auth, { mailsPerAddressPerDay: 9 })
    await trials.ask()
    const first = trials.code()
    expect(await codeOf(trials.register(first, { email: 'other@example.org' }))).toBe('PASSCODE_WRONG')
    auth.clock.advance(hourMs)
    expect(await codeOf(trials.register(first))).toBe('PASSCODE_WRONG')
    await trials.ask()
    const second = trials.code()
    await trials.ask()
    expect(await codeOf(trials.register(second))).toBe('PASSCODE_WRONG')
    const third = trials.code()
    auth.clock.advance(-10 * 60_000)
    expect(await codeOf(trials.register(third))).toBe('PASSCODE_WRONG')
    auth.clock.advance(10 * 60_000)
    const typed = third.replaceAll('-', ' ').toUpperCase()
    expect(await codeOf(trials.register(typed, { email: 'Zoe@Example.ORG' }))).toBe('done')
  })

  it('for a password is none for registering, nor the other way round', async () => {
    const trials = await openTrials(auth)
    await trials.ask()
    const start = auth.handlers.startPasswordReset(
      {
        resetCode: trials.code(),
        client: { name: 'x', version: '1', platform: 'x', hostName: 'x', kind: 'api' },
      },
      { origin, caller: undefined },
    )
    expect(await codeOf(start)).toBe('PASSCODE_WRONG')
  })

  it('that is wrong tells nothing of the address, and is counted for the network and the address', async () => {
    const trials = await openTrials(auth)
    const wrong = 'abcde-fghjk-mnpqr-stvwx'
    await trials.ask()
    const known = await problemOf(trials.register(wrong))
    const unknown = await problemOf(trials.register(wrong, { email: 'nobody@example.org' }))
    expect([known?.code, known?.message]).toEqual([unknown?.code, unknown?.message])
    for (let index = 0; index < 18; index += 1) await codeOf(trials.register(wrong))
    expect(await codeOf(trials.register(trials.code()))).toBe('RATE_LIMITED')
    // The network was refused before its 21st try; the address has one left for somebody elsewhere.
    expect(await codeOf(trials.register(wrong, {}, elsewhere))).toBe('PASSCODE_WRONG')
    expect(await codeOf(trials.register(trials.code(), {}, elsewhere))).toBe('RATE_LIMITED')
  })

  it('cannot be tried more often by trying at the same moment, and costs no hash of a password', async () => {
    const trials = await openTrials(auth)
    const before = auth.hashCount()
    const results = await Promise.all(
      Array.from({ length: 40 }, () => codeOf(trials.register('abcde-fghjk-mnpqr-stvwx'))),
    )
    expect(results.filter((code) => code === 'PASSCODE_WRONG')).toHaveLength(20)
    expect(results.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20)
    expect(auth.hashCount()).toBe(before)
  })

  it('stays good when the password is refused, by the rules of every other one', async () => {
    const trials = await openTrials(auth)
    await trials.ask()
    for (const bad of ['password1', 'zoe-1234', 'holdfast-zoe', `${email}12`]) {
      const problem = await problemOf(trials.register(trials.code(), { newPassword: bad }))
      expect([problem?.code, problem?.details?.['paths']], bad).toEqual(['INPUT_INVALID', ['newPassword']])
    }
    expect(await codeOf(trials.register(trials.code()))).toBe('done')
  })

  it('makes no second account where the address came to belong to one in the meantime', async () => {
    const trials = await openTrials(auth)
    await trials.ask()
    await auth.newUser(email)
    expect(await codeOf(trials.register(trials.code()))).toBe('CONFLICT')
    expect(await trials.users()).toHaveLength(1)
  })
})

describe('the accounts of a day', () => {
  beforeEach(async () => {
    auth = await openTestAuth()
  })
  afterEach(() => auth.store.close())

  async function registerOne(trials: Awaited<ReturnType<typeof openTrials>>, index: number, from = origin) {
    const address = `p${index}@example.org`
    const asked = await codeOf(trials.ask(address, from))
    if (asked !== 'done') return asked
    return await codeOf(trials.register(trials.code(address), { email: address }, from))
  }
  const alerts = async () =>
    (await listAlerts(auth.store.db, { limit: 9 })).filter(({ kind }) => kind === 'trials-used-up')

  it('are limited for one network, which no administrator has to hear of', async () => {
    const trials = await openTrials(auth, { perNetworkPerDay: 2 })
    expect(await registerOne(trials, 1)).toBe('done')
    expect(await registerOne(trials, 2)).toBe('done')
    expect(await registerOne(trials, 3)).toBe('RATE_LIMITED')
    expect(await registerOne(trials, 4, elsewhere)).toBe('done')
    expect(await alerts()).toEqual([])
    auth.clock.advance(dayMs)
    expect(await registerOne(trials, 5)).toBe('done')
  })

  it('are limited for the whole server; nobody is mailed a code that is of no use, and administrators are alerted', async () => {
    const trials = await openTrials(auth, { perDay: 2 })
    expect(await registerOne(trials, 1, network(1))).toBe('done')
    await trials.ask('late@example.org')
    expect(await registerOne(trials, 2, network(2))).toBe('done')
    expect(await registerOne(trials, 3, network(3))).toBe('RATE_LIMITED')
    expect(trials.mailsTo('p3@example.org')).toEqual([])
    const late = trials.register(trials.code('late@example.org'), { email: 'late@example.org' })
    expect(await codeOf(late)).toBe('RATE_LIMITED')
    expect(await alerts()).toMatchObject([{ details: { about: 'accounts', limit: 2 }, count: 2 }])
  })
})
