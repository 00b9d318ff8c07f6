import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { legacyRoutes } from '../../server/http/legacy-scope.ts'
import { reportWith } from '../../server/leases/report.fixture.ts'
import { codeOf } from '../../server/sign-in/auth.fixture.ts'
import { initialise, restClient } from '../../server/storage/world.fixture.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { problemSchema } from '../../shared/errors.ts'
import { backupSetDefinitionSchema } from '../../shared/model/backup-set.ts'
import { keyIdSchema, type KeyId } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { ImportRow } from '../../shared/model/user-import.ts'
import type { Permission } from '../../shared/contract.ts'
import { apiPrefix, routes, type RouteName } from '../../shared/routes.ts'
import { deviceLease, enrolDevice, makeSet, type Account } from '../fixtures/account.ts'
import { behindProxy, optionOf, somebodyAt } from '../fixtures/attacker.ts'
import { bearer, callApi, leaseAuthorization, type Authorization } from '../fixtures/http-api.ts'
import { importUser, legacyVersion } from '../fixtures/legacy.ts'
import type { InsideServer } from '../harness/inside-server.ts'
import { describeServerOnEveryStore } from '../harness/on-every-store.ts'

const hourMs = 3_600_000
const client = { name: 'OBM', version: legacyVersion, platform: 'linux', hostName: 'old-pc' }
const publicAddress = 'https://backup.example.org'

interface Person {
  readonly loginName: string
  readonly password: string
}

/** On one database after the other. */
function legacyClients(open: () => Promise<InsideServer>): void {
  let inside: InsideServer
  let importCount = 0

  beforeAll(async () => {
    inside = await open()
    // The commands read the file, and what they allow depends on the address.
    const file = path.join(inside.dataFolder, 'holdfast.json')
    const settings = JSON.parse(await readFile(file, 'utf8')) as object
    await writeFile(file, JSON.stringify({ ...settings, publicAddress }))
    await setPolicy('legacyClients=true')
  })

  afterAll(async () => {
    await inside.dispose()
  })

  async function setPolicy(...settings: string[]): Promise<void> {
    const args = settings.flatMap((each) => ['--set', each])
    await inside.command('group', 'set-policy', 'Default', ...args)
  }

  /** Somebody whom an import brought from a server that knew an old client of theirs, with a password since. */
  async function importedPerson(
    loginName: string,
    days: number | null = 14,
    row: Partial<ImportRow> = {},
  ): Promise<Person> {
    importCount += 1
    const oneTimePassword = await importUser(
      inside,
      { loginName, clientVersion: legacyVersion, ...row },
      importCount % 2 === 0 ? 'csv' : 'json',
    )
    if (days !== null) await inside.command('user', 'legacy', loginName, '--days', String(days))
    return await withPassword(loginName, oneTimePassword)
  }

  /** The first sign-in, up to a password of their own. */
  async function withPassword(loginName: string, oneTimePassword: string): Promise<Person> {
    const password = `a good password ${randomBytes(6).toString('hex')}`
    const input = { loginName, password: oneTimePassword, client }
    const { transactionToken } = await callApi(inside.address, 'signInStart', input)
    await callApi(inside.address, 'signInChangePassword', { newPassword: password }, bearer(transactionToken))
    return { loginName, password }
  }

  async function start(person: Person): Promise<{ step: Step; token: Authorization }> {
    const { loginName, password } = person
    const begun = await callApi(inside.address, 'signInStart', { loginName, password, client })
    return { step: begun.step, token: bearer(begun.transactionToken) }
  }

  async function skip(token: Authorization): Promise<Step> {
    return (await callApi(inside.address, 'skipEnrolment', {}, token)).step
  }

  async function legacySession(person: Person): Promise<Authorization> {
    const step = await skip((await start(person)).token)
    if (step.kind !== 'signed-in') throw new Error(`expected a session, got ${step.kind}`)
    expect(step.scope).toBe('legacy')
    return bearer(step.sessionToken)
  }

  async function enrolledAccount(person: Person): Promise<Account> {
    const session = await legacySession(person)
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { deviceId } = await enrolDevice(inside.address, session, publicKey, privateKey)
    return { ...person, session, deviceId, deviceKey: privateKey, backupCodes: [] }
  }

  const documents = { name: 'Documents', sources: ['/home/old'] }

  describe('a legacy client', () => {
    it('is offered to go on after the right password, then enrols its computer, makes its first set and backs up, once', async () => {
      const person = await importedPerson('story')
      expect((await start(person)).step).toMatchObject({ kind: 'offer-legacy' })
      const account = await enrolledAccount(person)
      const set = await makeSet(inside, account, documents)
      const { backupSets } = await callApi(inside.address, 'backupSets', {}, account.session)
      expect(backupSets.map(({ id }) => id)).toEqual([set.id])

      const lease = await deviceLease(inside, account, set.id)
      const report = reportWith({ outcome: 'complete' })
      await callApi(inside.address, 'endLease', { report }, leaseAuthorization(lease))

      expect(await codeOf(callApi(inside.address, 'me', {}, account.session))).toBe('SESSION_ENDED')
      expect((await start(person)).step.kind).toBe('must-enrol')
      // The schedule goes on until the end of the permission, and then says why it does not.
      await callApi(
        inside.address,
        'endLease',
        {},
        leaseAuthorization(await deviceLease(inside, account, set.id)),
      )
      inside.clock.advance(15 * 24 * hourMs)
      expect(await codeOf(deviceLease(inside, account, set.id))).toBe('SECOND_FACTOR_REQUIRED')
    })

    it('is led to the second factor when it asks for that', async () => {
      const { token } = await start(await importedPerson('willing'))
      const { step } = await callApi(inside.address, 'chooseAnother', {}, token)
      expect(step.kind).toBe('must-enrol')
      expect(await codeOf(skip(token))).toBe('CONFLICT')
    })

    it('is listed with its end, and each account that uses it raises one alert a day', async () => {
      const person = await importedPerson('listed')
      await legacySession(person)
      await legacySession(person)
      const { users } = (await inside.command('user', 'list', '--legacy')) as {
        users: { loginName: string; legacyUntil: string | null }[]
      }
      expect(users.find(({ loginName }) => loginName === 'listed')?.legacyUntil).not.toBeNull()
      expect(users.every(({ loginName }) => loginName !== 'admin')).toBe(true)
      const { alerts } = (await inside.command('alert', 'list')) as {
        alerts: { kind: string; count: number; details: Record<string, unknown> }[]
      }
      const mine = alerts.filter((each) => each.details['loginName'] === 'listed')
      expect(mine).toMatchObject([{ kind: 'legacy-sign-in', count: 2 }])
    })
  })

  describe('a legacy session', () => {
    it('is refused by every route that is not on its short list', async () => {
      const session = await legacySession(await importedPerson('walker'))
      const answers: string[] = []
      const expected: string[] = []
      for (const name of Object.keys(routes) as RouteName[]) {
        const { method, path: url, permission } = routes[name]
        if (permission === 'public' || legacyRoutes.includes(name)) continue
        const answer = await inside.app.inject({
          method,
          url: `${apiPrefix}${url.replace(/:\w+/g, 'x')}`,
          headers: { authorization: session ?? '' },
        })
        answers.push(`${name} ${problemSchema.parse(answer.json()).code}`)
        expected.push(`${name} ${refusalOf(permission)}`)
      }
      expect(answers).toEqual(expected)
      expect(answers.length).toBeGreaterThan(60)
      expect([...legacyRoutes].sort((a, b) => a.localeCompare(b))).toEqual([
        'backupSets',
        'createBackupSet',
        'devices',
        'enrolDevice',
        'me',
        'runs',
        'signOut',
      ])
    })

    it('of a thief puts no second computer beside the owner’s, sees none of its sets and adds none to it', async () => {
      const person = await importedPerson('victim')
      const owner = await enrolledAccount(person)
      const set = await makeSet(inside, owner, documents)
      const thief = await legacySession(person)
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      expect(await codeOf(enrolDevice(inside.address, thief, publicKey, privateKey))).toBe(
        'SECOND_FACTOR_REQUIRED',
      )
      expect(await callApi(inside.address, 'backupSets', {}, thief)).toEqual({ backupSets: [] })
      expect(await callApi(inside.address, 'devices', {}, thief)).toEqual({ devices: [] })
      const { devices } = await callApi(inside.address, 'devices', {}, owner.session)
      expect(devices.map(({ id }) => id)).toEqual([owner.deviceId])
      expect(await codeOf(callApi(inside.address, 'runs', { backupSetId: set.id }, thief))).toBe('NOT_FOUND')
      const another = {
        definition: backupSetDefinitionSchema.parse(documents),
        deviceId: owner.deviceId,
        keyId: newKeyId(),
      }
      expect(await codeOf(callApi(inside.address, 'createBackupSet', another, thief))).toBe(
        'SECOND_FACTOR_REQUIRED',
      )
      expect(await codeOf(callApi(inside.address, 'createBackupSet', another, owner.session))).toBe(
        'SECOND_FACTOR_REQUIRED',
      )
    })

    it('is never kept and never fresh', async () => {
      const { loginName, password } = await importedPerson('keeper')
      const begun = await callApi(inside.address, 'signInStart', {
        loginName,
        password,
        client,
        keepSignedIn: true,
      })
      const step = await skip(bearer(begun.transactionToken))
      if (step.kind !== 'signed-in') throw new Error(step.kind)
      const { session } = await callApi(inside.address, 'me', {}, bearer(step.sessionToken))
      expect(session).toMatchObject({ scope: 'legacy', freshUntil: null, provenBy: ['password'] })
      expect(Date.parse(step.expiresAt) - inside.clock.nowMs()).toBeLessThanOrEqual(12 * hourMs)
    })

    it('that is used in another network than that of its sign-in sets nothing up, and looks on', async () => {
      const person = await importedPerson('stolen')
      const session = await legacySession(person)
      const thief = somebodyAt(inside, '203.0.113.9')
      const keys = generateKeyPairSync('ed25519')
      const publicKey = keys.publicKey.export({ format: 'jwk' }).x ?? ''
      const { nonce } = await thief.call('nonce', {})
      const signature = sign(null, Buffer.from(deviceProof.enrol({ nonce, publicKey })), keys.privateKey)
      const computer = { name: 'Mine', platform: 'linux', publicKey, nonce } as const
      const enrolment = { ...computer, signature: signature.toString('base64url') }
      expect(await codeOf(thief.call('enrolDevice', enrolment, session))).toBe('SECOND_FACTOR_REQUIRED')
      expect((await thief.call('me', {}, session)).session.scope).toBe('legacy')

      const { deviceId } = await enrolDevice(inside.address, session, keys.publicKey, keys.privateKey)
      const set = { definition: backupSetDefinitionSchema.parse(documents), deviceId, keyId: newKeyId() }
      expect(await codeOf(thief.call('createBackupSet', set, session))).toBe('SECOND_FACTOR_REQUIRED')
      expect(await codeOf(callApi(inside.address, 'createBackupSet', set, session))).toBe('done')
    })

    interface Ending {
      readonly what: string
      readonly end: (person: Person) => Promise<unknown>
      /** Where the password leads from then on. */
      readonly leadsTo?: Step['kind']
      /** The sign-in that was offered to skip is over too, instead of being led there. */
      readonly isOfferOver?: true
    }
    const endings: readonly Ending[] = [
      {
        what: 'the administrator takes the permission back',
        end: ({ loginName }) => inside.command('user', 'legacy', loginName, '--never'),
      },
      { what: 'its group allows it no more', end: () => setPolicy('legacyClients=false') },
      {
        what: 'a second factor was proven elsewhere',
        end: provePhone,
        leadsTo: 'choose-method',
        isOfferOver: true,
      },
      {
        what: 'its time is over',
        end: () => Promise.resolve(inside.clock.advance(24 * hourMs)),
        isOfferOver: true,
      },
    ]
    it.each(endings)(
      'ends at once when $what',
      async ({ end, isOfferOver = false, leadsTo = 'must-enrol' }) => {
        const phones = leadsTo === 'must-enrol' ? {} : { phones: ['+4915123456711'] }
        const person = await importedPerson(`ended-${importCount}`, 1, phones)
        const session = await legacySession(person)
        const offered = await start(person)
        await end(person)
        expect(await codeOf(callApi(inside.address, 'me', {}, session))).toBe('SESSION_ENDED')
        // What was offered before is worth nothing now.
        const said = await codeOf(skip(offered.token).then(({ kind }) => expect(kind).toBe(leadsTo)))
        expect(said).toBe(isOfferOver ? 'SIGN_IN_ENDED' : 'done')
        expect((await start(person)).step.kind).toBe(leadsTo)
        await setPolicy('legacyClients=true')
      },
    )

    it('is not opened by an offer that a backup overtook, told or untold', async () => {
      const person = await importedPerson('racer')
      const account = await enrolledAccount(person)
      const set = await makeSet(inside, account, documents)
      const offered = await start(person)
      const report = reportWith({ outcome: 'incomplete', startedAt: '2001-01-01T00:00:00.000Z' })
      const lease = await deviceLease(inside, account, set.id)
      await callApi(inside.address, 'endLease', { report }, leaseAuthorization(lease))
      expect((await skip(offered.token)).kind).toBe('must-enrol')

      const silent = await importedPerson('silent')
      const quiet = await enrolledAccount(silent)
      const quietSet = await makeSet(inside, quiet, documents)
      await storeSnapshot(await deviceLease(inside, quiet, quietSet.id))
      expect(await codeOf(callApi(inside.address, 'me', {}, quiet.session))).toBe('SESSION_ENDED')
      expect((await start(silent)).step.kind).toBe('must-enrol')
    })
  })

  describe('nobody becomes a legacy client', () => {
    it('by claiming an old version', async () => {
      const oneTimePassword = await importUser(inside, { loginName: 'claimer' })
      const person = await withPassword('claimer', oneTimePassword)
      expect((await start(person)).step.kind).toBe('must-enrol')
      expect(await permit('claimer')).toBe('CONFLICT')
    })

    it('without an end that an administrator set, or with one beyond 90 days', async () => {
      const person = await importedPerson('unset', null)
      expect((await start(person)).step.kind).toBe('must-enrol')
      expect(await permit('unset', '91')).toBe('INPUT_INVALID')
      expect(await permit('unset', '0')).toBe('INPUT_INVALID')
    })

    it('who has proven a second factor, by an old version in the records or by an import of the same name', async () => {
      const person = await importedPerson('proven', 14, { phones: ['+4915123456712'] })
      await provePhone(person)
      expect((await start(person)).step.kind).toBe('choose-method')
      expect(await permit('proven')).toBe('CONFLICT')
      const again = importUser(inside, { loginName: 'PROVEN', clientVersion: legacyVersion }, 'json')
      await expect(again).rejects.toThrow('ended with 3')
      // Nor when an administrator has removed what was proven.
      const reset = (await inside.command('user', 'reset-factors', 'proven')) as { oneTimePassword: string }
      expect((await start(await withPassword('proven', reset.oneTimePassword))).step.kind).toBe('must-enrol')
      expect(await permit('proven')).toBe('CONFLICT')
    })

    it('who administers', async () => {
      await inside.command('user', 'add', 'boss', '--role', 'admin')
      expect(await permit('boss')).toBe('CONFLICT')
      const again = importUser(inside, { loginName: 'boss', clientVersion: legacyVersion })
      await expect(again).rejects.toThrow('ended with 3')
    })

    it('where a passkey is demanded', async () => {
      const person = await importedPerson('strict')
      await setPolicy('phishingResistant=everybody')
      const { kind } = (await start(person)).step
      await setPolicy('phishingResistant=off')
      expect(kind).toBe('must-enrol')
      expect((await start(person)).step.kind).toBe('offer-legacy')
    })
  })

  /** Takes the phone that was imported instead of the offer, and proves it. */
  async function provePhone(person: Person): Promise<void> {
    const { token } = await start(person)
    const { step } = await callApi(inside.address, 'chooseAnother', {}, token)
    const input = { factorId: optionOf(step, 'sms') }
    const chosen = await callApi(inside.address, 'chooseMethod', input, token)
    if (chosen.step.kind !== 'enter-code') throw new Error(chosen.step.kind)
    const code = await inside.passcode(chosen.step.challenge.prefix ?? '')
    expect((await callApi(inside.address, 'prove', { code }, token)).step.kind).toBe('signed-in')
  }

  /** What a client leaves behind that says nothing of its run. */
  async function storeSnapshot(lease: Lease): Promise<void> {
    const client = restClient(inside.address, lease)
    await initialise(client)
    expect((await client.add('snapshots', randomBytes(300))).response.status).toBe(200)
  }

  async function permit(loginName: string, days = '3'): Promise<string> {
    return await commandCode('user', 'legacy', loginName, '--days', days)
  }

  async function commandCode(...args: string[]): Promise<string> {
    try {
      await inside.command(...args)
      return 'done'
    } catch (error) {
      return /"code":"(\w+)"/.exec(String(error))?.[1] ?? 'unnamed'
    }
  }
}

describeServerOnEveryStore('legacy clients', legacyClients, { ...behindProxy, publicAddress })

function newKeyId(): KeyId {
  return keyIdSchema.parse(`key_${randomBytes(16).toString('base64url')}`)
}

/** How a route answers such a session that is not for it. */
function refusalOf(permission: Permission): string {
  if (permission === 'lease') return 'LEASE_ENDED'
  if (permission === 'transaction') return 'SIGN_IN_ENDED'
  return permission.startsWith('admin-') ? 'NOT_ALLOWED' : 'SECOND_FACTOR_REQUIRED'
}
