import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { generateSync } from 'otplib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../core/client.ts'
import { ask, expectStep, refusal } from '../demo/client-session.ts'
import { askedGroups } from '../fixtures/kit-groups.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import {
  choose,
  computers,
  firstSignIn,
  newPerson,
  passcode,
  proveBySms,
  startSignIn,
  stepUp,
  type Person,
} from './person.ts'

let server: TestServer
let place: ReturnType<typeof computers>

beforeAll(async () => {
  server = await startServer()
  const roomy = [
    'sendsPerNetworkPerHour=1000',
    'signInsPerNetworkPerMinute=10000',
    'resendCooldownSeconds=15',
  ]
  const settings = roomy.flatMap((each) => ['--set', `limits.${each}`])
  for (const args of [
    ['group', 'set-policy', 'Default', ...settings],
    ['group', 'add', 'Offered', '--set', 'secondFactor=offered', ...settings],
  ]) {
    const { exitCode, stderr } = await server.command(...args)
    if (exitCode !== 0) throw new Error(stderr)
  }
  place = computers(server)
}, 120_000)
afterEach(() => place.end())
afterAll(() => server.dispose())

/** An account that is signed in at a new computer. */
async function signedIn(): Promise<{ person: Person; client: Client; backupCodes: readonly string[] }> {
  const person = await newPerson(server)
  const client = await place.start()
  const { backupCodes } = await firstSignIn(server, client, person)
  return { person, client, backupCodes: backupCodes ?? [] }
}

/** A time step that was not used yet: each code of an authenticator counts once (RFC 6238 5.2). */
function totp(secret: string, stepsAhead = 0): string {
  // The library reads the clock itself when no time is given.
  const seconds = Math.floor(performance.timeOrigin / 1000 + performance.now() / 1000)
  return generateSync({ secret, epoch: seconds + 30 * stepsAhead })
}

describe('the first sign-in', () => {
  it('replaces the one-time password, proves the phone, and hands out ten backup codes', async () => {
    const person = await newPerson(server)
    const { api } = await place.start()
    const { loginName, oneTimePassword, password } = person
    const { step } = await ask(api, 'signIn.start', { loginName, password: oneTimePassword })
    expect(step).toEqual({ kind: 'change-password' })
    const changed = (await ask(api, 'transaction.changePassword', { newPassword: password })).step
    const [phone, ...more] = expectStep(changed, 'choose-method').options
    expect([phone?.method, phone?.isProven, more.length]).toEqual(['sms', false, 0])
    expect(phone?.maskedDestination).not.toContain(person.phone.slice(1, -4))
    const sent = (await ask(api, 'transaction.chooseMethod', { factorId: phone?.factorId ?? '' })).step
    const code = await passcode(server, sent)
    const done = expectStep((await ask(api, 'transaction.prove', { code })).step, 'signed-in')
    expect([done.scope, done.backupCodes?.length]).toEqual(['full', 10])
    expect((await ask(api, 'account.me', {})).loginName).toBe(loginName)
    expect(await refusal(api, 'transaction.prove', { code })).toBe('SIGN_IN_ENDED')
  })

  it('without any method registers one now, or stops', async () => {
    const person = await newPerson(server, { phone: false })
    const { api } = await place.start()
    const { loginName, oneTimePassword, password } = person
    await ask(api, 'signIn.start', { loginName, password: oneTimePassword })
    const { step } = await ask(api, 'transaction.changePassword', { newPassword: password })
    expectStep(step, 'must-enrol')
    expect(await refusal(api, 'transaction.skipEnrolment', {})).toBe('CONFLICT')
    expect(await refusal(api, 'account.me', {})).toBe('SESSION_ENDED')
    const pairing = (await ask(api, 'transaction.startEnrolment', { method: 'totp' })).step
    const { secretBase32 } = expectStep(pairing, 'pair-authenticator')
    expect(await refusal(api, 'transaction.prove', { code: '000000' })).toBe('PASSCODE_WRONG')
    const done = (await ask(api, 'transaction.prove', { code: totp(secretBase32) })).step
    expect(expectStep(done, 'signed-in').backupCodes).toHaveLength(10)
  })

  it('where a second factor is only offered may go on without, and is offered it again', async () => {
    const person = await newPerson(server, { phone: false, group: 'Offered' })
    const { api } = await place.start()
    const { loginName, oneTimePassword, password } = person
    await ask(api, 'signIn.start', { loginName, password: oneTimePassword })
    const { step } = await ask(api, 'transaction.changePassword', { newPassword: password })
    expectStep(step, 'offer-enrolment')
    expectStep((await ask(api, 'transaction.skipEnrolment', {})).step, 'signed-in')
    await ask(api, 'signIn.signOut', {})
    const again = (await ask(api, 'signIn.start', { loginName, password })).step
    expectStep(again, 'offer-enrolment')
    expectStep((await ask(api, 'transaction.skipEnrolment', { dontShowAgain: true })).step, 'signed-in')
    await ask(api, 'signIn.signOut', {})
    expect((await ask(api, 'signIn.start', { loginName, password })).step.kind).toBe('signed-in')
  })
})

describe('signing in', () => {
  it('with a wrong password is refused like somebody nobody knows', async () => {
    const { person } = await signedIn()
    const { api } = await place.start()
    const wrong = await api.request('signIn.start', { loginName: person.loginName, password: 'wrong' })
    const unknown = await api.request('signIn.start', { loginName: 'nobody', password: 'wrong' })
    expect(wrong).toMatchObject({ ok: false, problem: { code: 'SIGN_IN_FAILED' } })
    const withoutId = (reply: typeof wrong) => JSON.stringify(reply).replace(/err_[\w-]+/, 'err')
    expect(withoutId(unknown)).toBe(withoutId(wrong))
  })

  it('goes back to the choice, resends after the cool-down only, and takes a backup code once', async () => {
    const { person, backupCodes } = await signedIn()
    const [code = ''] = backupCodes
    const client = await place.start()
    const sent = await choose(client, await startSignIn(client, person), ({ method }) => method === 'sms')
    expect(await refusal(client.api, 'transaction.resend', {})).toBe('RATE_LIMITED')
    expectStep(sent, 'enter-code')
    const back = (await ask(client.api, 'transaction.chooseAnother', {})).step
    await choose(client, back, ({ method }) => method === 'backup-code')
    expectStep((await ask(client.api, 'transaction.prove', { code })).step, 'signed-in')
    await choose(client, await startSignIn(client, person), ({ method }) => method === 'backup-code')
    expect(await refusal(client.api, 'transaction.prove', { code })).toBe('PASSCODE_WRONG')
  })

  it('counts wrong codes down and then starts over', async () => {
    const { person } = await signedIn()
    const client = await place.start()
    const sent = await choose(client, await startSignIn(client, person), ({ method }) => method === 'sms')
    const right = await passcode(server, sent)
    const wrong = right === '000000' ? '111111' : '000000'
    const answers: unknown[] = []
    for (let round = 0; round < 5; round += 1) {
      const reply = await client.api.request('transaction.prove', { code: wrong })
      answers.push(reply.ok ? 'ok' : [reply.problem.code, reply.problem.details?.['triesLeft']])
    }
    expect(answers).toEqual([
      ['PASSCODE_WRONG', 4],
      ['PASSCODE_WRONG', 3],
      ['PASSCODE_WRONG', 2],
      ['PASSCODE_WRONG', 1],
      ['SIGN_IN_ENDED', undefined],
    ])
    expect(await refusal(client.api, 'transaction.prove', { code: right })).toBe('SIGN_IN_ENDED')
    expect(await refusal(client.api, 'account.me', {})).toBe('SESSION_ENDED')
  })

  it('by authenticator takes each code once', async () => {
    const { person, client } = await signedIn()
    await stepUp(server, client, { kind: 'change-factors' })
    const pairing = (await ask(client.api, 'factors.enrol', { method: 'totp', label: 'App' })).step
    const { secretBase32 } = expectStep(pairing, 'pair-authenticator')
    expectStep((await ask(client.api, 'transaction.prove', { code: totp(secretBase32) })).step, 'enrolled')
    const other = await place.start()
    await choose(other, await startSignIn(other, person), ({ method }) => method === 'totp')
    const next = totp(secretBase32, 1)
    expectStep((await ask(other.api, 'transaction.prove', { code: next })).step, 'signed-in')
    const third = await place.start()
    await choose(third, await startSignIn(third, person), ({ method }) => method === 'totp')
    expect(await refusal(third.api, 'transaction.prove', { code: next })).toBe('PASSCODE_WRONG')
  })
})

describe('a session', () => {
  it('goes on in the next process of the same computer', async () => {
    const { person, client } = await signedIn()
    await place.close(client)
    const next = await place.start(client.profile.folder)
    expect((await ask(next.api, 'account.me', {})).loginName).toBe(person.loginName)
    expect((await ask(next.api, 'app.status', {})).session).toMatchObject({ scope: 'full' })
  })

  it('that was ended from elsewhere is erased here at the first refusal', async () => {
    const { person, client } = await signedIn()
    const other = await place.start()
    expectStep(await proveBySms(server, other, await startSignIn(other, person)), 'signed-in')
    const { sessions } = await ask(other.api, 'sessions.list', {})
    const first = sessions.find((session) => !session.isCurrent)
    await ask(other.api, 'sessions.end', { sessionId: first?.id ?? '' })
    const heard: boolean[] = []
    client.api.on('session.changed', ({ isSignedIn }) => heard.push(isSignedIn))
    expect(await refusal(client.api, 'account.me', {})).toBe('SESSION_ENDED')
    expect(heard).toEqual([false])
    expect((await ask(client.api, 'app.status', {})).session).toBeNull()
    expect(await readFile(path.join(client.profile.folder, 'secrets.json'), 'utf8')).not.toContain('token')
  })

  it('is over everywhere for a suspended account', async () => {
    const { person, client } = await signedIn()
    await server.command('user', 'suspend', person.loginName)
    expect(await refusal(client.api, 'account.me', {})).toBe('SESSION_ENDED')
    expect(await refusal(client.api, 'signIn.start', person)).toBe('SIGN_IN_FAILED')
  })

  it('ends with signing out, on the server too', async () => {
    const { client } = await signedIn()
    await place.close(client)
    const secrets = path.join(client.profile.folder, 'secrets.json')
    const kept = JSON.parse(await readFile(secrets, 'utf8')) as { secrets: { session: string } }
    const { token } = JSON.parse(kept.secrets.session) as { token: string }
    const next = await place.start(client.profile.folder)
    await ask(next.api, 'signIn.signOut', {})
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${server.address}/api/v1/me`, { headers })).status).toBe(401)
  })
})

describe('what needs a second factor again', () => {
  it('is refused without one, by the exact operation, and a grant works once', async () => {
    const { client, person } = await signedIn()
    const { api } = client
    const { factors } = await ask(api, 'factors.list', {})
    const phone = factors.find(({ method }) => method === 'sms')
    const newPassword = 'another good password'
    const change = { currentPassword: person.password, newPassword }
    for (const [name, input, operation] of [
      ['factors.remove', { factorId: phone?.id ?? '' }, 'change-factors'],
      ['factors.regenerateBackupCodes', {}, 'change-factors'],
      ['account.changePassword', change, 'change-password'],
    ] as const) {
      expect(await api.request(name, input)).toMatchObject({
        ok: false,
        problem: { code: 'STEP_UP_REQUIRED', details: { operation } },
      })
    }
    await stepUp(server, client, { kind: 'change-factors' })
    expect(await refusal(api, 'account.changePassword', change)).toBe('STEP_UP_REQUIRED')
    expect((await ask(api, 'factors.regenerateBackupCodes', {})).backupCodes).toHaveLength(10)
    expect(await refusal(api, 'factors.regenerateBackupCodes', {})).toBe('STEP_UP_REQUIRED')
    await stepUp(server, client, { kind: 'change-password' })
    await ask(api, 'account.changePassword', change)
    await ask(api, 'signIn.signOut', {})
    expectStep(await startSignIn(client, { ...person, password: newPassword }), 'choose-method')
  })

  it('new backup codes end the old ones', async () => {
    const { client, person, backupCodes } = await signedIn()
    await stepUp(server, client, { kind: 'change-factors' })
    const { backupCodes: fresh } = await ask(client.api, 'factors.regenerateBackupCodes', {})
    const other = await place.start()
    await choose(other, await startSignIn(other, person), ({ method }) => method === 'backup-code')
    expect(await refusal(other.api, 'transaction.prove', { code: backupCodes[0] ?? '' })).toBe(
      'PASSCODE_WRONG',
    )
    expectStep((await ask(other.api, 'transaction.prove', { code: fresh[0] ?? '' })).step, 'signed-in')
  })
})

describe('a computer', () => {
  it('is enrolled once, and then may be trusted: password and key, no passcode', async () => {
    const { person, client } = await signedIn()
    const { device } = await ask(client.api, 'devices.enrol', { name: 'desk' })
    expect((await ask(client.api, 'devices.enrol', {})).device.id).toBe(device.id)
    expect((await ask(client.api, 'devices.list', {})).devices).toHaveLength(1)
    await ask(client.api, 'signIn.signOut', {})
    expectStep(await proveBySms(server, client, await startSignIn(client, person), true), 'signed-in')
    await ask(client.api, 'signIn.signOut', {})
    expectStep(await startSignIn(client, person), 'signed-in')
    const stranger = await place.start()
    expectStep(await startSignIn(stranger, person), 'choose-method')
  })

  it('has its own lane: whoever guesses elsewhere does not lock the owner out', async () => {
    const { person, client } = await signedIn()
    await ask(client.api, 'devices.enrol', {})
    await ask(client.api, 'signIn.signOut', {})
    const attacker = await place.start()
    for (let round = 0; round < 12; round += 1) {
      await refusal(attacker.api, 'signIn.start', {
        loginName: person.loginName,
        password: `guess ${String(round)}`,
      })
    }
    expect(await refusal(attacker.api, 'signIn.start', person)).toBe('SIGN_IN_FAILED')
    expectStep(await proveBySms(server, client, await startSignIn(client, person)), 'signed-in')
  })

  it('that was revoked elsewhere still lets its owner sign in, and is enrolled anew', async () => {
    const { person, client } = await signedIn()
    const { device } = await ask(client.api, 'devices.enrol', {})
    const other = await place.start()
    expectStep(await proveBySms(server, other, await startSignIn(other, person)), 'signed-in')
    expect(await refusal(other.api, 'devices.revoke', { deviceId: device.id })).toBe('STEP_UP_REQUIRED')
    await stepUp(server, other, { kind: 'revoke-device', deviceId: device.id })
    await ask(other.api, 'devices.revoke', { deviceId: device.id })
    const { checks } = await ask(client.api, 'doctor.run', {})
    expect(checks.find(({ name }) => name === 'This computer')).toMatchObject({ state: 'failed' })
    expectStep(await proveBySms(server, client, await startSignIn(client, person)), 'signed-in')
    const again = (await ask(client.api, 'devices.enrol', {})).device
    expect(again.id).not.toBe(device.id)
  })
})

describe('the recovery kit', () => {
  it('is confirmed, shown again after a step-up only, and opens a new computer', async () => {
    const { client } = await signedIn()
    const { kit } = await ask(client.api, 'kit.create', {})
    const typed = askedGroups(kit)
    expect(await refusal(client.api, 'kit.confirm', { groups: ['0000', '0000'] })).toBe('KIT_INVALID')
    await ask(client.api, 'kit.confirm', { groups: typed })
    expect(await refusal(client.api, 'kit.export', {})).toBe('STEP_UP_REQUIRED')
    await stepUp(server, client, { kind: 'export-key' })
    expect((await ask(client.api, 'kit.export', {})).kit.text).toBe(kit.text)
    expect(await refusal(client.api, 'kit.export', {})).toBe('STEP_UP_REQUIRED')
    const other = await place.start()
    const imported = await ask(other.api, 'kit.import', { kitText: kit.text })
    const { loginName } = await ask(client.api, 'app.status', {})
    expect(imported).toEqual({ keyId: kit.keyId, serverAddress: server.address, loginName })
    expect((await ask(other.api, 'app.status', {})).key).toEqual({ keyId: kit.keyId, isKitConfirmed: true })
  })
})

describe('what a computer writes down', () => {
  it('has passwords, codes and grants nowhere, and tokens and keys in the secret store only', async () => {
    const { person, client, backupCodes } = await signedIn()
    await ask(client.api, 'devices.enrol', {})
    const { kit } = await ask(client.api, 'kit.create', {})
    await stepUp(server, client, { kind: 'change-factors' })
    await refusal(client.api, 'signIn.start', { ...person, password: 'a wrong secret' })
    await ask(client.api, 'doctor.run', {})
    await place.close(client)
    const { folder } = client.profile
    const secrets = JSON.parse(await readFile(path.join(folder, 'secrets.json'), 'utf8')) as {
      secrets: Record<string, string>
    }
    const { session = '', 'device-key': deviceKey = '' } = secrets.secrets
    const never = [person.password, person.oneTimePassword, 'a wrong secret', person.phone, ...backupCodes]
    const onlyThere = [
      (JSON.parse(session) as { token: string }).token,
      deviceKey,
      /HFK1[-A-Z0-9]+/.exec(kit.text)?.[0] ?? '',
    ]
    expect(JSON.stringify(secrets)).toContain(onlyThere[2])
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    )
    expect(names.map(({ name }) => name)).toContain('holdfast.log')
    for (const { name, parentPath } of names) {
      const text = await readFile(path.join(parentPath, name), 'latin1')
      const secretsThere = [...never, ...(name === 'secrets.json' ? [] : onlyThere)].filter((each) =>
        text.includes(each),
      )
      expect([name, secretsThere]).toEqual([name, []])
    }
  })
})
