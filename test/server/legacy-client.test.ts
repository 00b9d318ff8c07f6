import { generateKeyPairSync, randomBytes } from 'node:crypto'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { legacyRoutes } from '../../server/http/legacy-scope.ts'
import { reportWith } from '../../server/leases/report.fixture.ts'
import { codeOf } from '../../server/sign-in/auth.fixture.ts'
import { problemSchema } from '../../shared/errors.ts'
import { backupSetDefinitionSchema } from '../../shared/model/backup-set.ts'
import { keyIdSchema } from '../../shared/model/ids.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { Permission } from '../../shared/contract.ts'
import { apiPrefix, routes, type RouteName } from '../../shared/routes.ts'
import { deviceLease, enrolDevice, makeAccount, makeSet, type Account } from '../fixtures/account.ts'
import { bearer, callApi, leaseAuthorization, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

const hourMs = 3_600_000
const client = { name: 'OBM', version: '8.1.0.0', platform: 'linux', hostName: 'old-pc' }
let inside: InsideServer

beforeAll(async () => {
  inside = await startInsideServer()
  await inside.command('group', 'set-policy', 'Default', '--set', 'legacyClients=true')
})

afterAll(async () => {
  await inside.dispose()
})

interface Person {
  readonly loginName: string
  readonly password: string
}

/** Somebody whom an import brought from a server that knew an old client of theirs, with a password since. */
async function importedPerson(loginName: string, days: number | null = 14): Promise<Person> {
  const made = (await inside.command('user', 'add', loginName)) as { oneTimePassword: string }
  const password = `a good password ${randomBytes(6).toString('hex')}`
  const started = await callApi(inside.address, 'signInStart', {
    loginName,
    password: made.oneTimePassword,
    client,
  })
  await callApi(
    inside.address,
    'signInChangePassword',
    { newPassword: password },
    bearer(started.transactionToken),
  )
  write('update users set legacy_version = ?, legacy_imported_at = ? where login_name = ?', [
    '8.1.0.0',
    inside.clock.nowMs(),
    loginName,
  ])
  if (days !== null) await inside.command('user', 'legacy', loginName, '--days', String(days))
  return { loginName, password }
}

function write(statement: string, values: readonly (string | number)[]): void {
  const database = new Database(path.join(inside.dataFolder, 'holdfast.db'))
  database.prepare(statement).run(...values)
  database.close()
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
    expect(await codeOf(callApi(inside.address, 'runs', { backupSetId: set.id }, thief))).toBe('NOT_FOUND')
    const another = {
      definition: backupSetDefinitionSchema.parse(documents),
      deviceId: owner.deviceId,
      keyId: keyIdSchema.parse(`key_${randomBytes(16).toString('base64url')}`),
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

  const endings: readonly (readonly [string, (loginName: string) => Promise<unknown> | void])[] = [
    [
      'the administrator takes the permission back',
      (name) => inside.command('user', 'legacy', name, '--never'),
    ],
    [
      'its group allows it no more',
      () => inside.command('group', 'set-policy', 'Default', '--set', 'legacyClients=false'),
    ],
    [
      'a second factor was proven elsewhere',
      (name) =>
        write(
          "insert into factor_events (id, user_id, at, event, method, label) select ?, id, 0, 'added', 'totp', 'App' from users where login_name = ?",
          [randomBytes(8).toString('hex'), name],
        ),
    ],
    ['its time is over', () => inside.clock.advance(24 * hourMs)],
  ]
  it.each(endings)('ends at once when %s', async (what, end) => {
    const loginName = `ended-${endings.findIndex(([name]) => name === what)}`
    const person = await importedPerson(loginName, 1)
    const session = await legacySession(person)
    const offered = await start(person)
    await end(loginName)
    expect(await codeOf(callApi(inside.address, 'me', {}, session))).toBe('SESSION_ENDED')
    // What was offered before is worth nothing now.
    const said = await codeOf(skip(offered.token).then(({ kind }) => expect(kind).toBe('must-enrol')))
    expect(said).toBe(what === 'its time is over' ? 'SIGN_IN_ENDED' : 'done')
    expect((await start(person)).step.kind).toBe('must-enrol')
    await inside.command('group', 'set-policy', 'Default', '--set', 'legacyClients=true')
  })

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
    const { repositoryId } = await makeSet(inside, quiet, documents)
    write(
      "insert into objects (repository_id, type, name, size_bytes, stored_at, lease_id, is_metadata) values (?, 'snapshots', ?, 1, ?, 'lea_x', 0)",
      [repositoryId, randomBytes(32).toString('hex'), inside.clock.nowMs()],
    )
    expect(await codeOf(callApi(inside.address, 'me', {}, quiet.session))).toBe('SESSION_ENDED')
    expect((await start(silent)).step.kind).toBe('must-enrol')
  })
})

describe('nobody becomes a legacy client', () => {
  it('by claiming an old version', async () => {
    const person = await importedPerson('claimer', null)
    write('update users set legacy_version = null, legacy_imported_at = null where login_name = ?', [
      'claimer',
    ])
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
    const account = await makeAccount(inside, 'proven', '+4915123456700')
    write(
      "update users set legacy_version = '8', legacy_imported_at = ?, legacy_until = ? where login_name = ?",
      [inside.clock.nowMs(), inside.clock.nowMs() + hourMs, 'proven'],
    )
    expect((await start(account)).step.kind).toBe('choose-method')
    expect(await permit('proven')).toBe('CONFLICT')
    expect(await commandCode('user', 'add', 'PROVEN')).toBe('CONFLICT')
  })

  it('who administers', async () => {
    const account = await makeAccount(inside, 'boss', '+4915123456701', 'admin')
    write("delete from factor_events where user_id = (select id from users where login_name = 'boss')", [])
    write('update factors set is_proven = 0', [])
    write(
      "update users set legacy_version = '8', legacy_imported_at = ?, legacy_until = ? where login_name = ?",
      [inside.clock.nowMs(), inside.clock.nowMs() + hourMs, 'boss'],
    )
    expect((await start(account)).step.kind).toBe('choose-method')
    expect(await permit('boss')).toBe('CONFLICT')
  })

  it('where a passkey is demanded', async () => {
    const person = await importedPerson('strict')
    write('update groups set policy = json_set(policy, ?, ?)', ['$.phishingResistant', 'everybody'])
    const code = await codeOf(start(person))
    write('update groups set policy = json_set(policy, ?, ?)', ['$.phishingResistant', 'off'])
    expect(code).toBe('NO_METHOD_AVAILABLE')
    expect((await start(person)).step.kind).toBe('offer-legacy')
  })
})

/** How a route answers such a session that is not for it. */
function refusalOf(permission: Permission): string {
  if (permission === 'lease') return 'LEASE_ENDED'
  if (permission === 'transaction') return 'SIGN_IN_ENDED'
  return permission.startsWith('admin-') ? 'NOT_ALLOWED' : 'SECOND_FACTOR_REQUIRED'
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
