import { createHash } from 'node:crypto'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { apiPrefix, routes, type CallOf, type ReplyOf, type RouteName } from '../../shared/routes.ts'
import {
  deviceLease,
  makeAccount,
  makeSet,
  restoreLease,
  stepUp,
  type AccountServer,
} from '../fixtures/account.ts'
import { bearer, callApi, leaseAuthorization, type Authorization } from '../fixtures/http-api.ts'
import { accountServer } from '../harness/account-server.ts'
import { startServer, type TestServer } from '../harness/server.ts'

let server: TestServer
let accounts: AccountServer

beforeAll(async () => {
  server = await startServer({ config: { logLevel: 'debug' } })
  accounts = accountServer(server)
})

afterAll(async () => {
  await server.dispose()
})

/** Names of reply fields that hold secrets. */
const secretField = /token|secret|otpauth|codes|oneTimePassword/i

function collectSecrets(value: unknown, into: Set<string>, isSecret = false): void {
  if (typeof value === 'string') {
    if (isSecret) into.add(value)
  } else if (Array.isArray(value)) {
    for (const item of value) collectSecrets(item, into, isSecret)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value))
      collectSecrets(item, into, isSecret || secretField.test(name))
  }
}

it('after a whole story no secret of it stands in the log or in the audit log', async () => {
  const secrets = new Set<string>()
  const note = (...values: (string | null | undefined)[]): void => {
    for (const value of values) if (value !== null && value !== undefined && value !== '') secrets.add(value)
  }
  const ask = async <N extends RouteName>(
    name: N,
    input: CallOf<N>,
    authorization: Authorization = null,
  ): Promise<ReplyOf<N>> => {
    const reply = await callApi(server.address, name, input, authorization)
    collectSecrets(reply, secrets)
    return reply
  }
  const refused = async <N extends RouteName>(
    name: N,
    input: CallOf<N>,
    authorization: Authorization = null,
  ): Promise<void> => {
    collectSecrets(input, secrets)
    await expect(callApi(server.address, name, input, authorization)).rejects.toThrow(AppError)
  }

  // The story sends more messages than the default allows in ten minutes.
  await accounts.command('group', 'set-policy', 'Default', '--set', 'limits.sendsPerNumberPer10Minutes=10')
  note(server.firstAdministrator?.oneTimePassword)
  const chosen = 'chosen one-time words'
  note(chosen)
  const made = await server.commandWithInput(
    `${chosen}\n`,
    'user',
    'add',
    'bert',
    '--password-stdin',
    '--json',
  )
  expect(made.stdout).not.toContain(chosen)
  collectSecrets((await server.command('user', 'add', 'cara', '--json')).json(), secrets)

  const account = await makeAccount(accounts, 'anna', '+4915123456789')
  note(account.password, account.session?.replace('Bearer ', ''), ...account.backupCodes)
  const client = { name: 'Test', version: '1', platform: 'linux', hostName: 'here' }

  // Wrong passwords, wrong codes and wrong tokens are what people mistype: nearly secrets.
  const wrong = { password: 'nearly my password', code: '918273', token: 'x'.repeat(43) }
  note(...Object.values(wrong))
  await refused('signInStart', { loginName: 'anna', password: wrong.password, client })
  // A password typed into the wrong field.
  note('MyPassw0rd-in-the-wrong-field')
  await refused('signInStart', { loginName: 'MyPassw0rd-in-the-wrong-field', password: 'x', client })
  await refused('me', {}, bearer(wrong.token))
  const started = await ask('signInStart', { loginName: 'anna', password: account.password, client })
  const transaction = bearer(started.transactionToken)
  if (started.step.kind !== 'choose-method') throw new Error(started.step.kind)
  const factorId = started.step.options[0]?.factorId
  if (factorId === undefined) throw new Error('no factor')
  await ask('chooseMethod', { factorId }, transaction)
  await refused('prove', { code: wrong.code }, transaction)

  const grantToken = await stepUp(accounts, account.session, { kind: 'change-factors' })
  note(grantToken)
  const enrolment = await ask('enrolFactor', { enrolment: { method: 'totp' }, grantToken }, account.session)
  if (enrolment.step.kind !== 'pair-authenticator') throw new Error(enrolment.step.kind)
  const { secretBase32 } = enrolment.step
  const code = generateSync({ secret: secretBase32 })
  note(code)
  await ask('prove', { code }, bearer(enrolment.transactionToken))

  const renewal = await stepUp(accounts, account.session, { kind: 'change-factors' })
  note(renewal)
  await ask('regenerateBackupCodes', { grantToken: renewal }, account.session)

  const set = await makeSet(accounts, account, { name: 'Documents', sources: ['/home'] })
  const lease = await deviceLease(accounts, account, set.id)
  const restore = await restoreLease(accounts, account, set.id)
  note(lease.secret, restore.secret)
  await storeAndBreak(server.address, lease)
  await ask('endLease', {}, leaseAuthorization(lease))
  await refused('endLease', {}, leaseAuthorization({ id: lease.id, secret: wrong.token }))

  // Malformed requests that carry secrets in every place where a client may put them by mistake.
  const misplaced = 'misplaced-secret-4711'
  note(misplaced)
  for (const url of [
    `/api/v1/me?token=${misplaced}`,
    `/api/v1/${misplaced}`,
    `/restic/${misplaced}/config`,
  ]) {
    await fetch(`${server.address}${url}`, {
      headers: { authorization: `Basic ${misplaced}`, cookie: misplaced },
    })
  }
  await fetch(`${server.address}${apiPrefix}${routes.signInStart.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"password": "${misplaced}"`,
  })

  for (const { text } of await server.outbox()) note(/[A-Z]{4}-(\d+)/.exec(text)?.[1])
  collectSecrets((await server.command('user', 'reset-password', 'bert', '--json')).json(), secrets)
  collectSecrets((await server.command('user', 'reset-factors', 'anna', '--json')).json(), secrets)
  await ask('serverInfo', {})
  await server.stop()

  const audit = (await server.command('audit', 'list', '--limit', '10000', '--json')).stdout
  expect(server.output()).toContain('Request answered.')
  expect(audit).toContain('user.factors-reset')
  expect(secrets.size).toBeGreaterThan(40)
  for (const secret of secrets) {
    const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]
    for (const form of forms) {
      expect(server.output().includes(form), `in the log: ${form}`).toBe(false)
      expect(audit.includes(form), `in the audit log: ${form}`).toBe(false)
    }
  }
})

/** One good upload and one whose hash is wrong, which the log may tell of. */
async function storeAndBreak(
  address: string,
  lease: { readonly id: string; readonly secret: string; readonly repositoryPath: string },
): Promise<void> {
  const body = Buffer.from('a pack')
  const name = createHash('sha256').update(body).digest('hex')
  const headers = { authorization: leaseAuthorization(lease) ?? '' }
  for (const file of [name, '0'.repeat(64)]) {
    await fetch(`${address}${lease.repositoryPath}data/${file}`, { method: 'POST', headers, body })
  }
}
