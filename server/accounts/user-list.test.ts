import { expect, it } from 'vitest'
import { searchAudit } from '../audit/search.ts'
import { overviewOf } from '../admin/overview.ts'
import { codeOf, openTestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { createGroup, deleteGroup, findGroup } from './groups.ts'
import { addPhone } from './user-factors.ts'
import { countUsers, listUsers, type AccountQuery, type Reach } from './user-list.ts'
import { createUser, suspendUser } from './users.ts'
import { changeRole, moveUser, updateUser } from './update-user.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'

describeOnEveryStore('the list of users', (fresh) => {
  async function town() {
    const auth = await openTestAuth({}, await (await fresh()).open())
    const { deps } = auth
    const { userId: owner } = await createUser(
      deps,
      { loginName: 'reseller', kind: 'system', role: 'sub-admin' },
      'test',
    )
    const anna = await auth.newUser('Anna.Berg')
    await anna.addTotp()
    const own = await createUser(deps, { loginName: 'own_user', kind: 'backup', ownerId: owner }, 'test')
    await addPhone(deps, own.userId, { number: '+4915112345678' }, 'test')
    await createUser(
      deps,
      {
        loginName: '100%',
        kind: 'backup',
        displayName: 'Hundred',
        email: 'Sales@Example.com',
        subscription: 'trial',
      },
      'test',
    )
    const names = async (query: AccountQuery, reach: Reach = null) =>
      (await listUsers(deps, query, reach)).map(({ loginName }) => loginName)
    return { auth, deps, owner, anna, own, names }
  }

  it('comes in pages by login name, whatever the spelling', async () => {
    const { names, deps } = await town()
    expect(await names({})).toEqual(['100%', 'admin', 'Anna.Berg', 'own_user', 'reseller'])
    expect(await names({ limit: 2 })).toEqual(['100%', 'admin'])
    expect(await names({ after: 'ADMIN', limit: 2 })).toEqual(['Anna.Berg', 'own_user'])
    expect(await countUsers(deps, {}, null)).toBe(5)
  })

  it('finds part of a login name, display name or address in any case, and takes wildcards as letters', async () => {
    const { names } = await town()
    expect(await names({ search: 'ANNA' })).toEqual(['Anna.Berg'])
    expect(await names({ search: 'hundred' })).toEqual(['100%'])
    expect(await names({ search: 'sales@example' })).toEqual(['100%'])
    expect(await names({ search: '%' })).toEqual(['100%'])
    expect(await names({ search: '_' })).toEqual(['own_user'])
    expect(await names({ search: "' or 1=1 --" })).toEqual([])
    expect(await names({ search: '\\' })).toEqual([])
  })

  it('tells who has a second factor, who has only an unproven phone, and who has none', async () => {
    const { names } = await town()
    expect(await names({ factorState: 'proven' })).toEqual(['Anna.Berg'])
    expect(await names({ factorState: 'unproven' })).toEqual(['own_user'])
    expect(await names({ factorState: 'none', kind: 'backup' })).toEqual(['100%'])
  })

  it('ends for a sub-administrator at own backup users, whatever is asked for', async () => {
    const { names, owner, anna } = await town()
    expect(await names({}, owner)).toEqual(['own_user'])
    expect(await names({ userId: anna.userId }, owner)).toEqual([])
    expect(await names({ role: 'admin' }, owner)).toEqual([])
  })

  it('is summed up in figures, of everybody or of own users', async () => {
    const { deps, owner, own, anna } = await town()
    await anna.addDevice()
    await suspendUser(deps, own.userId, 'test')
    expect(await overviewOf(deps, null)).toMatchObject({
      users: {
        total: 5,
        suspended: 1,
        proven: 1,
        unproven: 1,
        withoutFactor: 3,
        trial: 1,
        legacy: 0,
        paused: 0,
      },
      devices: { enrolled: 1, trusted: 0, silent: 0 },
      storage: { backupSets: 0, storedBytes: 0, trashedBytes: 0, brakesTripped: 0 },
    })
    expect(await overviewOf(deps, owner)).toMatchObject({
      users: { total: 1, suspended: 1, unproven: 1, withoutFactor: 0 },
      devices: { enrolled: 0 },
    })
  })

  it('keeps a group that somebody is in, and the built-in one', async () => {
    const { deps, anna } = await town()
    const { id } = await createGroup(deps, 'Staff', defaultPolicy, 'test')
    await moveUser(deps, anna.userId, id, 'test')
    expect(await codeOf(deleteGroup(deps, id, 'test'))).toBe('CONFLICT')
    const builtIn = await findGroup(deps, 'Default')
    await moveUser(deps, anna.userId, builtIn.id, 'test')
    await deleteGroup(deps, id, 'test')
    expect(await codeOf(deleteGroup(deps, id, 'test'))).toBe('NOT_FOUND')
    expect(await codeOf(deleteGroup(deps, builtIn.id, 'test'))).toBe('CONFLICT')
  })

  it('finds in the audit log who did what to whom, in pages, and nothing that only looks alike', async () => {
    const { deps, own, anna } = await town()
    const { db } = deps.store
    await updateUser(deps, own.userId, { version: 2, displayName: '"actor":"command:root"' }, 'mallory')
    await suspendUser(deps, own.userId, 'command:root')
    const actions = async (filter: Parameters<typeof searchAudit>[1]) =>
      (await searchAudit(db, filter, { limit: 50 })).entries.map(({ action }) => action)
    expect(await actions({ actor: 'command:root' })).toEqual(['user.suspended'])
    expect(await actions({ actor: 'command_root' })).toEqual([])
    expect(await actions({ target: own.userId, action: 'user.' })).toEqual([
      'user.suspended',
      'user.changed',
      'user.phone-added',
      'user.created',
    ])
    expect(await actions({ action: 'user' })).toEqual([])
    expect(await actions({ target: anna.userId, outcome: 'refused' })).toEqual([])
    const first = await searchAudit(db, { action: 'user.created' }, { limit: 2 })
    expect(first.entries).toHaveLength(2)
    const rest = await searchAudit(
      db,
      { action: 'user.created' },
      { limit: 50, ...(first.next === null ? {} : { before: first.next }) },
    )
    expect(rest.entries).toHaveLength(3)
    expect(rest.next).toBeNull()
  })

  it('never loses its last administrator to two changes at the same moment', async () => {
    const { deps, names } = await town()
    const { userId: second } = await createUser(
      deps,
      { loginName: 'second', kind: 'system', role: 'admin' },
      'test',
    )
    const [first] = await listUsers(deps, { search: 'admin', role: 'admin' })
    if (first === undefined) throw new Error('no administrator')
    const codes = await Promise.all([
      codeOf(suspendUser(deps, first.id, 'test')),
      codeOf(changeRole(deps, second, { role: 'read-only-admin', version: 1 }, 'test')),
    ])
    expect(codes.sort()).toEqual(['CONFLICT', 'done'])
    expect(await names({ role: 'admin', status: 'enabled' })).toHaveLength(1)
  })
})
