import { describe, expect, it } from 'vitest'
import { codeOf, openTestAuth, stepOf, type TestAuth } from './sign-in/auth.fixture.ts'
import {
  hourMs,
  recovering,
  recoveryPhone,
  setEmail,
  setRecoveryPhone,
  startRecovery,
} from './recovery/recovery.fixture.ts'
import { describeOnEveryStore } from './store/every-store.fixture.ts'
import { modeSwitchLocks, modeSwitchOf, switchToMobile } from './mode-switch.ts'

const phone = '+4915112345678'

const switchOver = async (auth: TestAuth) =>
  await auth.store.transact(modeSwitchLocks, (tx) => switchToMobile(tx, auth.deps, 'test'))

describeOnEveryStore('the switch to mobile mode', (fresh) => {
  async function world() {
    const auth = await openTestAuth(
      { methods: ['sms', 'voice', 'totp', 'backup-code'] },
      await (await fresh()).open(),
    )
    const anna = await auth.newUser('anna')
    const bert = await auth.newUser('bert')
    const carla = await auth.newUser('carla')
    await anna.addPhone(phone)
    await bert.addPhone('+85237991234')
    const { secret } = await bert.addTotp()
    await auth.setSettings({ mode: 'sms' })
    return { auth, anna, bert, carla, secret }
  }

  it('says first what it would erase, and changes nothing by saying so', async () => {
    const { auth } = await world()
    expect(await modeSwitchOf(auth.store.db)).toEqual({
      from: 'sms',
      isPossible: true,
      phones: 2,
      senders: 0,
      usersToPair: 1,
      usersByPasswordAlone: 1,
    })
    expect((await auth.signIn('anna')).step.kind).toBe('choose-method')
  })

  it('erases every phone, and has who is left without a method pair at the next sign-in', async () => {
    const { auth, secret, bert } = await world()
    await auth.setPolicy({ secondFactor: 'offered' })
    await switchOver(auth)
    expect(stepOf((await auth.signIn('anna')).step, 'must-enrol').methods).toEqual(['totp'])
    const started = await auth.signIn('bert')
    const { options } = stepOf(started.step, 'choose-method')
    expect(options.map(({ method }) => method)).toEqual(['totp'])
    await started.choose(options[0]?.factorId ?? ('' as never))
    expect((await started.prove(auth.totp(secret))).kind).toBe('signed-in')
    expect(bert.loginName).toBe('bert')
    // Who never had one is not made to.
    expect((await auth.signIn('carla')).step.kind).toBe('offer-enrolment')
  })

  it('erases recovery phones too, and leaves no way back in by one, whoever could still send', async () => {
    const { auth, bert } = await world()
    await setRecoveryPhone(auth, bert.userId)
    await setEmail(auth, bert.userId, 'bert@example.org')
    await startRecovery(auth, 'bert')
    await switchOver(auth)
    const started = await auth.signIn('bert')
    expect(stepOf(started.step, 'choose-method').canRecover).toBeUndefined()
    const tables = ['recoveryPhones', 'recoveries', 'recoveryNotices', 'factors', 'users'] as const
    const rows = await Promise.all(tables.map((name) => auth.store.db.selectFrom(name).selectAll().execute()))
    expect(JSON.stringify(rows)).not.toContain(recoveryPhone)
    await setRecoveryPhone(auth, bert.userId)
    const again = await auth.signIn('bert')
    expect(stepOf(again.step, 'choose-method').canRecover).toBeUndefined()
    auth.clock.advance(72 * hourMs)
    const flow = recovering(auth, (await auth.signIn('bert')).transactionToken)
    expect(await codeOf(flow.recover())).toBe('NO_METHOD_AVAILABLE')
  })

  it('goes one way, once, and by no other door', async () => {
    const { auth } = await world()
    expect(await codeOf(auth.setSettings({ mode: 'mobile' }))).toBe('CONFLICT')
    await switchOver(auth)
    expect(await codeOf(switchOver(auth))).toBe('CONFLICT')
    for (const mode of ['any', 'sms'] as const)
      expect(await codeOf(auth.setSettings({ mode }))).toBe('CONFLICT')
    expect(await codeOf(auth.setSettings({ allowedCountries: ['DE'] }))).toBe('done')
  })

  it('ends sign-ins under way, whose code proves nothing any more', async () => {
    const { auth, anna } = await world()
    const started = await auth.signIn('anna')
    const { options } = stepOf(started.step, 'choose-method')
    await started.choose(options[0]?.factorId ?? ('' as never))
    await switchOver(auth)
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('SIGN_IN_ENDED')
    expect(anna.loginName).toBe('anna')
  })

  it('raced by registrations of phones leaves none behind', async () => {
    const { auth } = await world()
    const starts = await Promise.all(
      Array.from({ length: 6 }, async (_each, index) => {
        await auth.newUser(`new${index}`)
        const started = await auth.signIn(`new${index}`)
        const number = `+491511234560${index}`
        await started.enrol({ method: 'sms', phoneNumber: number })
        return { started, number }
      }),
    )
    await Promise.all([
      switchOver(auth),
      ...starts.map(({ number, started }) => codeOf(started.prove(auth.passcode(number)))),
    ])
    const phones = await auth.store.db
      .selectFrom('factors')
      .select('id')
      .where('method', '=', 'sms')
      .execute()
    expect(phones).toEqual([])
  })
})

describe('somebody who has backup codes left after the switch', () => {
  it('pairs with one of them, and nobody pairs with the password alone', async () => {
    const auth = await openTestAuth({ methods: ['sms', 'totp', 'backup-code'] })
    await auth.newUser('anna')
    const first = await auth.signIn('anna')
    await first.enrol({ method: 'sms', phoneNumber: phone })
    const { backupCodes } = stepOf(await first.prove(auth.passcode(phone)), 'signed-in')
    await switchOver(auth)
    const thief = await auth.signIn('anna')
    expect(await codeOf(thief.enrol({ method: 'totp' }))).toBe('CONFLICT')
    const owner = await auth.signIn('anna')
    const { options } = stepOf(owner.step, 'choose-method')
    expect(options.map(({ method }) => method)).toEqual(['backup-code'])
    await owner.choose(options[0]?.factorId ?? ('' as never))
    expect((await owner.prove(backupCodes?.[0] ?? '')).kind).toBe('must-enrol')
    const { secretBase32 } = stepOf(await owner.enrol({ method: 'totp' }), 'pair-authenticator')
    const end = stepOf(await owner.prove(auth.totp(secretBase32)), 'signed-in')
    expect((await auth.inSession(end.sessionToken).me()).session.provenBy).toEqual([
      'password',
      'backup-code',
      'totp',
    ])
    auth.clock.advance(60_000)
    expect(stepOf((await auth.signIn('anna')).step, 'choose-method').options).toHaveLength(2)
    await auth.store.close()
  })
})
