import { expect, it } from 'vitest'
import type { ImportOptions } from '../../shared/model/user-import.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import { codeOf, openTestAuth, problemOf } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { exportAccounts } from './export-users.ts'
import { createGroup } from './groups.ts'
import { importUsers } from './import-users.ts'
import { updateUser } from './update-user.ts'
import { listUsers } from './user-list.ts'
import { createUser } from './users.ts'

const header = 'loginName,displayName,phones,email,group,status,clientVersion,audience,subscription'
const anna =
  'anna,Anna Berg,+49 1512 3456789;+41 79 123 45 67,anna@example.com,Staff,enabled,8.3.2,internal,trial'

describeOnEveryStore('an import of users', (fresh) => {
  async function office() {
    const auth = await openTestAuth({}, await (await fresh()).open())
    await createGroup(auth.deps, 'Staff', defaultPolicy, 'test')
    const doImport = async (text: string, options: Partial<ImportOptions> = {}) =>
      await importUsers(
        auth.deps,
        { format: 'csv', text, dryRun: false, onProblem: 'nothing', withPasswords: false, ...options },
        'test',
      )
    const names = async () =>
      (await listUsers(auth.deps, { kind: 'backup' })).map(({ loginName }) => loginName)
    return { auth, deps: auth.deps, doImport, names }
  }

  it('makes accounts with everything that the file says, and nobody’s phone counts as proven', async () => {
    const { deps, doImport } = await office()
    const report = await doImport(`${header}\n${anna}\n`)
    expect(report).toMatchObject({ madeCount: 1, refusedCount: 0 })
    const [made] = await listUsers(deps, { search: 'anna' })
    expect(made).toMatchObject({
      id: report.lines[0]?.userId,
      displayName: 'Anna Berg',
      kind: 'backup',
      role: null,
      groupName: 'Staff',
      email: 'anna@example.com',
      isEmailProven: false,
      audience: 'internal',
      subscription: 'trial',
      legacyVersion: '8.3.2',
      hasPassword: false,
      factorState: 'unproven',
    })
    expect(made?.methods).toHaveLength(2)
  })

  it('reads JSON as well', async () => {
    const { doImport, names } = await office()
    const text = JSON.stringify([{ loginName: 'anna', phones: ['+4915123456789'] }, { loginName: 'ben' }])
    expect((await doImport(text, { format: 'json' })).madeCount).toBe(2)
    expect(await names()).toEqual(['anna', 'ben'])
    expect(await codeOf(doImport('{}', { format: 'json' }))).toBe('INPUT_INVALID')
    expect(await codeOf(doImport('[', { format: 'json' }))).toBe('INPUT_INVALID')
  })

  it('takes the language of messages, as old servers write it too', async () => {
    const { deps, doImport } = await office()
    const report = await doImport('loginName,language\nanna,pt_BR\nben,de\ncarl,\n')
    expect(report).toMatchObject({ madeCount: 3, refusedCount: 0 })
    const made = await listUsers(deps, { kind: 'backup' })
    expect(made.map(({ language }) => language)).toEqual(['pt-BR', 'de', null])
    expect(exportAccounts(made, 'csv')).toMatch(/\nben,.*,de,/)
    const { lines } = await doImport('loginName,language\ndora,tlh\n')
    expect(lines).toMatchObject([{ outcome: 'refused', problem: { details: { paths: ['language'] } } }])
    const [ben] = made.filter(({ loginName }) => loginName === 'ben')
    if (ben === undefined) throw new Error('Nobody was made.')
    await updateUser(deps, ben.id, { language: null, version: ben.version }, 'test')
    expect((await listUsers(deps, { search: 'ben' }))[0]?.language).toBeNull()
  })

  const faulty = [
    header,
    anna,
    'ben,,0151 234,,,,,,',
    'carl,,,,No such group,,,,',
    'ANNA,,,,,,,,',
    'dora,,,not an address,,,,,',
    'admin,,,,,,,,',
    'emil,,,,,sleeping,,,',
    ',Nobody,,,,,,,',
    'good,,,,,,,,',
  ].join('\n')

  it('tells each line that cannot be taken, by its number and field, and then makes nobody', async () => {
    const { doImport, names } = await office()
    const report = await doImport(faulty)
    expect(report).toMatchObject({ madeCount: 0, refusedCount: 7 })
    expect(
      report.lines.map(({ line, outcome, problem }) => [
        line,
        outcome,
        problem?.code,
        problem?.details?.['paths'],
      ]),
    ).toEqual([
      [2, 'ready', undefined, undefined],
      [3, 'refused', 'INPUT_INVALID', ['phones.0']],
      [4, 'refused', 'NOT_FOUND', ['group']],
      [5, 'refused', 'CONFLICT', undefined],
      [6, 'refused', 'INPUT_INVALID', ['email']],
      [7, 'refused', 'CONFLICT', undefined],
      [8, 'refused', 'INPUT_INVALID', ['status']],
      [9, 'refused', 'INPUT_INVALID', ['loginName']],
      [10, 'ready', undefined, undefined],
    ])
    expect(await names()).toEqual([])
  })

  it('makes the others where it was told to leave such lines out', async () => {
    const { doImport, names } = await office()
    expect(await doImport(faulty, { onProblem: 'skip' })).toMatchObject({ madeCount: 2, refusedCount: 7 })
    expect(await names()).toEqual(['anna', 'good'])
  })

  it('changes nothing in a dry run', async () => {
    const { auth, doImport, names } = await office()
    const entries = async () => (await auth.store.db.selectFrom('audit').selectAll().execute()).length
    const before = await entries()
    const report = await doImport(`${header}\n${anna}`, { dryRun: true, withPasswords: true })
    expect(report.lines[0]).toMatchObject({ outcome: 'ready', userId: null, password: null })
    expect(await names()).toEqual([])
    expect(await entries()).toBe(before)
  })

  it('gives one-time passwords when asked, with which the user signs in to the second factor', async () => {
    const { auth, doImport } = await office()
    const report = await doImport(`${header}\n${anna}`, { withPasswords: true })
    const password = report.lines[0]?.password?.oneTimePassword ?? ''
    const started = await auth.signIn('anna', { password })
    expect(started.step.kind).toBe('change-password')
  })

  it.each([
    ['a role', 'loginName,role\nmallory,admin'],
    ['a kind', 'loginName,kind\nmallory,system'],
    ['a password', 'loginName,passwordHash\nmallory,x'],
    ['an owner', 'loginName,ownerId\nmallory,usr_AAAAAAAAAAAAAAAAAAAAAA'],
  ])('takes no file with %s in it', async (_name, text) => {
    const { doImport } = await office()
    expect((await problemOf(doImport(text)))?.details?.['reason']).toBe('unknown-column')
  })

  it('of JSON with a role is refused line by line', async () => {
    const { doImport, names } = await office()
    const text = JSON.stringify([
      { loginName: 'mallory', role: 'admin' },
      { loginName: 'x', __proto__: {} },
    ])
    expect((await doImport(text, { format: 'json', onProblem: 'skip' })).refusedCount).toBe(1)
    expect(await names()).toEqual(['x'])
  })

  it('is recorded with the accounts that it made', async () => {
    const { auth, doImport } = await office()
    const report = await doImport(`${header}\n${anna}\nben,,,,,,,,`)
    const row = await auth.store.db
      .selectFrom('audit')
      .select('entry')
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(row.entry)).toMatchObject({
      action: 'user.imported',
      actor: 'test',
      details: { userIds: report.lines.map(({ userId }) => userId) },
    })
  })

  it('makes two thousand users at once, and not one more', { timeout: 60_000 }, async () => {
    const { deps, doImport } = await office()
    const lines = (count: number) =>
      `loginName,phones\n${Array.from({ length: count }, (_, index) => `user${index},+4915123${10_000 + index}`).join('\n')}`
    expect((await problemOf(doImport(lines(2001))))?.details?.['reason']).toBe('too-many-lines')
    expect((await doImport(lines(2000))).madeCount).toBe(2000)
    expect((await doImport(lines(2000))).refusedCount).toBe(2000)
    expect(await listUsers(deps, { factorState: 'unproven' })).toHaveLength(2000)
    expect(await codeOf(doImport(lines(501), { withPasswords: true }))).toBe('INPUT_INVALID')
  })

  it('reads columns as the export writes them, without formulas for a spreadsheet', async () => {
    const { auth, deps, doImport, names } = await office()
    const sly = { loginName: '=cmd', displayName: '@sum, "x"', email: 'a@example.com' }
    await createUser(deps, { ...sly, kind: 'backup' }, 'test')
    const accounts = await listUsers(deps, { kind: 'backup' })
    const csv = exportAccounts(accounts, 'csv')
    const start = `'=cmd,"'@sum, ""x""",a@example.com,Default,enabled`
    expect(csv).toContain(`\r\n${start},`)
    expect(JSON.parse(exportAccounts(accounts, 'json'))).toMatchObject([{ loginName: '=cmd' }])
    await auth.store.db.deleteFrom('users').where('kind', '=', 'backup').execute()
    expect((await doImport(`loginName,displayName,email,group,status\n${start}`)).madeCount).toBe(1)
    expect(await names()).toEqual(['=cmd'])
    expect(await listUsers(deps, { kind: 'backup' })).toMatchObject([sly])
  })
})
