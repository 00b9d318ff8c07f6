import { beforeEach, expect, it } from 'vitest'
import type { UserId } from '../../shared/model/ids.ts'
import { updateUser } from '../accounts/update-user.ts'
import { addPhone, resetFactors } from '../accounts/user-factors.ts'
import { findUser, issueOneTimePassword, suspendUser } from '../accounts/users.ts'
import { refuseDevice } from '../devices/revoking.ts'
import { openTestAuth, type TestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { recordNotice, sendRecordedNotices } from './recorded-notices.ts'

const phone = '+4915112345678'
const factorMail = 'factor@example.org'
const account = 'old@example.org'
const by = 'command:root'

describeOnEveryStore('what an administrator does to an account', (fresh) => {
  let auth: TestAuth
  let userId: UserId
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
    const anna = await auth.newUser('anna')
    userId = anna.userId
    await anna.addPhone(phone)
    await anna.addEmail(factorMail)
    await auth.store.db.updateTable('users').set({ email: account, emailProvenAt: 1 }).execute()
  })

  async function told(): Promise<Record<string, string>> {
    auth.messages.length = 0
    await sendRecordedNotices(auth.deps)
    return Object.fromEntries(auth.messages.map(({ text, to }) => [to, text]))
  }
  const setEmail = async (email: string | null) =>
    updateUser(auth.deps, userId, { email, version: (await findUser(auth.deps, 'anna')).version }, by)

  it('tells another mail address to the one until now, the new one and every phone', async () => {
    await setEmail('new@example.org')
    const texts = await told()
    expect(Object.keys(texts).sort()).toEqual([phone, factorMail, 'new@example.org', account].sort())
    expect(texts[account]).toContain('An administrator made ne•••@example.org the mail address of "anna"')
    expect(texts[account]).toContain('contact your administrator')
    expect(await told()).toEqual({})
  })

  it('tells a removed mail address to that address, and nothing when it stays', async () => {
    await setEmail(null)
    expect((await told())[account]).toContain('removed the mail address of "anna"')
    await setEmail(null)
    expect(await told()).toEqual({})
  })

  it('tells a reset to the methods that it removes', async () => {
    await resetFactors(auth.deps, userId, by)
    expect(await auth.store.db.selectFrom('factors').select('id').execute()).toEqual([])
    expect(Object.keys(await told()).sort()).toEqual([phone, factorMail, account].sort())
  })

  it('tells a phone that it enters to the others, with its number masked, and not to itself', async () => {
    const entered = '+4915187654321'
    await addPhone(auth.deps, userId, { number: entered }, by)
    const texts = await told()
    expect(Object.keys(texts).sort()).toEqual([phone, factorMail, account].sort())
    expect(texts[phone]).toContain('4321')
    expect(JSON.stringify(texts)).not.toContain(entered)
  })

  it('tells a one-time password everywhere, and never what it is', async () => {
    const { oneTimePassword } = await issueOneTimePassword(auth.deps, userId, by)
    const texts = await told()
    expect(Object.keys(texts)).toHaveLength(3)
    expect(JSON.stringify(texts)).not.toContain(oneTimePassword)
  })

  it('tells a suspension by mail, once', async () => {
    await suspendUser(auth.deps, userId, by)
    expect(Object.keys(await told()).sort()).toEqual([factorMail, account].sort())
    await suspendUser(auth.deps, userId, by)
    expect(await told()).toEqual({})
  })

  it('tells that a computer is refused, by its name, once', async () => {
    const device = { id: (await newDevice()).id, userId, name: 'Laptop' }
    const refuse = () => auth.store.transact([], (tx) => refuseDevice(tx, device, auth.clock.nowMs()))
    await refuse()
    expect((await told())[phone]).toContain('the computer "Laptop" of "anna"')
    await refuse()
    expect(await told()).toEqual({})
  })

  it('is announced only when it happened', async () => {
    const { version } = await findUser(auth.deps, 'anna')
    const stale = { email: 'new@example.org', version: version + 1 }
    await expect(updateUser(auth.deps, userId, stale, by)).rejects.toThrow('changed in the meantime')
    expect(await told()).toEqual({})
  })

  it('is told again to whom no provider reached, and not to the others', async () => {
    await issueOneTimePassword(auth.deps, userId, by)
    auth.sending.failing.add('sms')
    expect(Object.keys(await told()).sort()).toEqual([factorMail, account].sort())
    expect(await told()).toEqual({})
    auth.sending.failing.clear()
    auth.clock.advance(60_000)
    expect(Object.keys(await told())).toEqual([phone])
    auth.clock.advance(24 * 3_600_000)
    expect(await told()).toEqual({})
  })

  it('is given up after some hours of failing', async () => {
    await issueOneTimePassword(auth.deps, userId, by)
    auth.sending.failing.add('sms').add('email')
    for (let tries = 0; tries < 8; tries += 1) {
      await told()
      auth.clock.advance(6 * 3_600_000)
    }
    expect(await auth.store.db.selectFrom('accountNotices').select('id').execute()).toEqual([])
  })

  it('of an account that has no address and no phone is told to nobody', async () => {
    const ben = await auth.newUser('ben')
    await suspendUser(auth.deps, ben.userId, by)
    expect(await told()).toEqual({})
  })

  async function newDevice() {
    const { addDevice } = await auth.newUser('with-device')
    const device = await addDevice()
    await auth.store.db.updateTable('devices').set({ userId }).where('id', '=', device.id).execute()
    return device
  }
})

it.each([
  ['set-deleted', 'The deletion of the backup set "Documents" of "anna" was asked for. It can be taken back'],
  ['retention-shortened', 'Less is kept of the backup set "Documents" of "anna" from now on.'],
  ['brake-tripped', 'A computer asked to delete unusually much of the backup set "Documents" of "anna".'],
  ['much-deleted', 'A computer deleted most of what the backup set "Documents" of "anna" had.'],
  ['brake-resumed', 'Deletions of the backup set "Documents" of "anna" were resumed.'],
] as const)(
  'what takes backups away (%s) is told by mail and phone as a matter of backups',
  async (what, text) => {
    const auth = await openTestAuth()
    const { addPhone: add, userId } = await auth.newUser('anna')
    await add(phone)
    await auth.store.db.updateTable('users').set({ email: account }).execute()
    const about = { userId, what, label: 'Documents', exceptFactorId: null }
    await auth.store.transact([], (tx) => recordNotice(tx, auth.clock.nowMs(), about))
    await sendRecordedNotices(auth.deps)
    const start: unknown = expect.stringContaining(text)
    expect(auth.messages).toMatchObject([
      { channel: 'email', to: account, subject: 'Test CBS: your backups', text: start },
      { channel: 'sms', to: phone, text: start },
    ])
    await auth.store.close()
  },
)
