import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operationSchema, type Operation } from '../../shared/model/sign-in.ts'
import { openTestAuth, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'
const backupSetId = 'set_AAAAAAAAAAAAAAAAAAAAAA' as never
const deviceId = 'dev_AAAAAAAAAAAAAAAAAAAAAA' as never
const senderId = 'snd_AAAAAAAAAAAAAAAAAAAAAA' as never
const userId = 'usr_AAAAAAAAAAAAAAAAAAAAAA' as never
const repositoryId = 'rep_AAAAAAAAAAAAAAAAAAAAAA' as never
const approvalId = 'apr_AAAAAAAAAAAAAAAAAAAAAA' as never

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

/** The last message, without its code. */
const lastText = () => auth.messages.at(-1)?.text.replace(/^[A-Z]{4}-\d{6} /, '')

async function signedIn() {
  const factorId = await auth.newUser('anna').then((user) => user.addPhone(phone))
  const started = await auth.signIn('anna')
  await started.choose(factorId)
  const end = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
  auth.clock.advance(15 * 60_000)
  return { factorId, ...auth.inSession(end.sessionToken) }
}

describe('the message with a passcode', () => {
  it('to sign in is the one that everybody knows', async () => {
    await signedIn()
    expect(lastText()).toBe('is the verification code for user "anna" login\nTest CBS')
  })

  it('to sign in for the first time, with a new phone, is the same', async () => {
    await auth.newUser('anna')
    await (await auth.signIn('anna')).enrol({ method: 'sms', phoneNumber: phone })
    expect(lastText()).toBe('is the verification code for user "anna" login\nTest CBS')
  })

  const texts: [Operation, string][] = [
    [{ kind: 'restore', backupSetId }, 'to restore backups'],
    [{ kind: 'shorten-retention', backupSetId }, 'to shorten retention'],
    [{ kind: 'delete-set', backupSetId }, 'to delete a backup set'],
    [{ kind: 'resume-brake', backupSetId }, 'to resume deletions'],
    [{ kind: 'change-factors' }, 'to change second factors'],
    [{ kind: 'change-password' }, 'to change the password'],
    [{ kind: 'opt-out' }, 'to switch the second factor off'],
    [{ kind: 'revoke-device', deviceId }, 'to revoke a computer'],
    [{ kind: 'change-settings' }, 'to change settings'],
    [{ kind: 'export-key' }, 'to show the recovery key'],
    [{ kind: 'reset-factors', userId }, 'to reset the second factors of a user'],
    [{ kind: 'add-phone', userId, phoneNumber: '+4915112345679' }, 'to enter a phone for a user'],
    [{ kind: 'suspend-users', userIds: [userId] }, 'to suspend users'],
    [{ kind: 'make-system-user', loginName: 'root' }, 'to make an administrator'],
    [{ kind: 'change-role', userId, role: 'admin' }, 'to change the role of an administrator'],
    [{ kind: 'make-token', userId }, 'to make an API token'],
    [{ kind: 'change-mode', mode: 'mobile' }, 'to change how everybody signs in'],
    [{ kind: 'change-sender', senderId: null }, 'to change who sends passcodes'],
    [{ kind: 'remove-sender', senderId }, 'to remove a sender of passcodes'],
    [{ kind: 'approve', approvalId }, 'to approve what another administrator asked for'],
    [
      { kind: 'request-approval', subject: { kind: 'reset-factors', userId } },
      'to ask another administrator for an approval',
    ],
    [{ kind: 'delete-user', userId }, 'to delete an account'],
    [{ kind: 'purge-trash', repositoryId }, 'to erase deleted backups early'],
    [{ kind: 'end-all-sessions' }, 'to sign everybody out'],
  ]
  it.each(texts)('for the operation %o says what it permits: %s', async (operation, words) => {
    const session = await signedIn()
    const stepUp = await session.stepUp(operation)
    await stepUp.choose(session.factorId)
    expect(lastText()).toBe(`is the verification code for user "anna" ${words}\nTest CBS`)
    auth.clock.advance(30_000)
    await stepUp.resend()
    expect(lastText()).toBe(`is the verification code for user "anna" ${words}\nTest CBS`)
  })

  it('is of a kind of its own for every operation there is', () => {
    expect(new Set(texts.map(([operation]) => operation.kind))).toEqual(
      new Set(operationSchema.options.map((option) => option.shape.kind.value)),
    )
    expect(new Set(texts.map(([, words]) => words)).size).toBe(texts.length)
  })

  it('to a phone that is registered from inside a session says so', async () => {
    const session = await signedIn()
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(session.factorId)
    const { grantToken } = stepOf(await stepUp.prove(auth.passcode(phone)), 'granted')
    await session.enrol({ method: 'sms', phoneNumber: '+41791234567' }, grantToken)
    expect(lastText()).toBe('is the verification code for user "anna" to register this phone\nTest CBS')
  })
})
