import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AdminPermission } from '../../shared/contract.ts'
import { apiPrefix, routes, type RouteName, type Routes } from '../../shared/routes.ts'
import { makeAccount, type Account } from '../fixtures/account.ts'
import { makePeople, makeToken, type People } from '../fixtures/administration.ts'
import type { Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let people: People
let anna: Account
let callers: Readonly<Record<string, Authorization>>

beforeAll(async () => {
  inside = await startInsideServer()
  people = await makePeople(inside)
  anna = await makeAccount(inside, 'anna', '+4915123456789')
  callers = {
    admin: people.admin.session,
    'read-only-admin': people['read-only-admin'].session,
    'sub-admin': people['sub-admin'].session,
    'api user signed in': people.api.session,
    'read-only api user signed in': people['read-only-api'].session,
    'backup user': anna.session,
    'token read': (await makeToken(inside, { scopes: ['read'] })).authorization,
    'token audit': (await makeToken(inside, { scopes: ['audit'] })).authorization,
    'token users': (await makeToken(inside, { scopes: ['users'] })).authorization,
    'token passwords': (await makeToken(inside, { scopes: ['passwords'] })).authorization,
    'token policy': (await makeToken(inside, { scopes: ['policy'] })).authorization,
    'token backups': (await makeToken(inside, { scopes: ['backups'] })).authorization,
    'read-only token': (await makeToken(inside, { user: 'the-read-only-api', scopes: ['read', 'audit'] }))
      .authorization,
    'token from elsewhere': (await makeToken(inside, { networks: ['203.0.113.0/24', '2001:db8::/32'] }))
      .authorization,
  }
}, 120_000)

afterAll(async () => {
  await inside.dispose()
})

const seers = ['admin', 'read-only-admin', 'sub-admin', 'token read', 'read-only token']
const userChangers = ['admin', 'sub-admin', 'token users']
const persons = ['admin', 'sub-admin']
const policyMakers = ['admin', 'token policy']
const auditors = ['admin', 'read-only-admin', 'token audit', 'read-only token']
const overseers = ['admin', 'read-only-admin']

/** A route without a row does not compile. */
type AdminRouteName = {
  [N in RouteName]: Routes[N]['permission'] extends AdminPermission ? N : never
}[RouteName]

/** Whom each route lets in; everybody else is refused before anything of the request is read. */
const admitted: Readonly<Record<AdminRouteName, string[]>> = {
  adminUsers: seers,
  adminExportUsers: seers,
  adminImportUsers: userChangers,
  adminUser: seers,
  adminCreateUser: userChangers,
  adminUpdateUser: userChangers,
  adminPermitLegacy: persons,
  adminChangeRole: ['admin'],
  adminEnableUser: userChangers,
  adminUnlockUser: userChangers,
  adminSuspendUsers: userChangers,
  adminChangeUsers: userChangers,
  adminDeleteUser: persons,
  adminUndeleteUser: persons,
  adminIssuePassword: [...persons, 'token passwords'],
  adminResetFactors: persons,
  adminUserFactors: seers,
  adminAddPhone: userChangers,
  adminUserSessions: seers,
  adminEndSessions: userChangers,
  adminUserDevices: seers,
  adminEndTrust: userChangers,
  adminRevokeDevice: userChangers,
  adminSchemas: seers,
  adminGroups: seers,
  adminCreateGroup: policyMakers,
  adminUpdateGroup: policyMakers,
  adminDeleteGroup: policyMakers,
  adminSettings: [...overseers, 'token read', 'read-only token'],
  adminModeSwitch: [...overseers, 'token read', 'read-only token'],
  adminChangeSettings: policyMakers,
  adminAudit: auditors,
  adminVerifyAudit: auditors,
  adminExportAudit: auditors,
  adminSenders: [...overseers, 'token read', 'read-only token'],
  adminAddSender: ['admin'],
  adminUpdateSender: ['admin'],
  adminRemoveSender: ['admin'],
  adminStartSenderTest: ['admin'],
  adminFinishSenderTest: ['admin'],
  adminSenderCounts: [...overseers, 'token read', 'read-only token'],
  adminAlerts: [...overseers, 'token read', 'read-only token'],
  adminAcknowledgeAlert: ['admin'],
  adminOverview: seers,
  adminUserBackupSets: seers,
  adminRuns: seers,
  adminTrash: seers,
  adminUndoTrash: [...persons, 'token backups'],
  adminPurgeTrash: persons,
  adminResumeBrake: persons,
  adminApprovals: seers,
  adminApproval: seers,
  adminRequestApproval: persons,
  adminRequestFactorReset: persons,
  adminApprove: persons,
  adminCancelApproval: persons,
  adminEndAllSessions: ['admin'],
  adminTokens: overseers,
  adminMakeToken: ['admin'],
  adminRevokeToken: ['admin'],
}

const adminRoutes = (Object.keys(admitted) as (keyof typeof admitted)[]).map((name) => [name] as const)
const codeSchema = z.object({ code: z.string() })

/** Asks with nothing filled in: who is let in hears what is wrong with that, or gets an answer. */
async function ask(name: RouteName, authorization: Authorization): Promise<string> {
  const { method, path } = routes[name]
  const answer = await inside.app.inject({
    method,
    url: `${apiPrefix}${path.replace(/:\w+/g, 'x')}`,
    headers: authorization === null ? {} : { authorization },
  })
  return answer.statusCode === 200 ? 'answered' : codeSchema.parse(answer.json()).code
}

async function admittedTo(name: RouteName): Promise<string[]> {
  const insiders: string[] = []
  for (const [who, authorization] of Object.entries(callers)) {
    const said = await ask(name, authorization)
    expect(['answered', 'INPUT_INVALID', 'NOT_ALLOWED'], `${name} ${who}`).toContain(said)
    if (said !== 'NOT_ALLOWED') insiders.push(who)
  }
  return insiders
}

describe('every administrators’ route', () => {
  it('is in this table', () => {
    const names = Object.entries(routes).flatMap(([name, { permission }]) =>
      permission.startsWith('admin-') ? [name] : [],
    )
    expect([...names].sort()).toEqual(Object.keys(admitted).sort())
  })

  it.each(adminRoutes)('%s lets in whom its row names, and nobody else', async (name) => {
    const expected = Object.keys(callers).filter((who) => admitted[name].includes(who))
    expect(await admittedTo(name)).toEqual(expected)
  })
})
