import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startProxy, type TestProxy } from '../../core/proxy/proxy.fixture.ts'
import { makeCertificate } from '../../core/server-client/certificate.fixture.ts'
import { ask, refusal } from '../demo/client-session.ts'
import { differences, generateTree } from '../fixtures/tree.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { signedInPerson, type Person } from './signed-in-client.ts'

const password = 'p@ss: of/the proxy'
let folder: string
let server: TestServer
let proxy: TestProxy
let person: Person

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-proxied-'))
  // No name server knows this name, so whatever arrives at the server came through the proxy.
  const tls = makeCertificate(folder, 'own', 'DNS:backup.test')
  server = await startServer({ config: { tls } })
  const { port } = new URL(server.address)
  proxy = await startProxy({ loginName: 'ann', password, names: { 'backup.test': Number(port) } })
  const address = `https://backup.test:${port}`
  person = await signedInPerson(server, 'ann', {
    address,
    caFile: tls.certificateFile,
    proxy: { kind: 'manual', address: proxy.address, loginName: 'ann', password },
  })
}, 120_000)
afterAll(async () => {
  await person.dispose()
  await proxy.stop()
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
})

it('signs in, backs up and restores through a proxy that wants a password, and by no other way', async () => {
  const { api } = person.client
  expect((await ask(api, 'app.status', {})).proxy).toEqual({
    settings: { kind: 'manual', address: proxy.address, loginName: 'ann', exceptions: [] },
    hasPassword: true,
    inUse: new URL(proxy.address).host,
  })
  const source = path.join(person.folder, 'source')
  await generateTree(source, 4_000_000)
  const backupSet = await person.makeSet({ name: 'Files', sources: [source] })
  const before = proxy.carriedBytes()
  expect(await person.backUp(backupSet)).toMatchObject({ outcome: 'complete' })
  // Random photographs do not compress: restic's data went this way.
  expect(proxy.carriedBytes() - before).toBeGreaterThan(2_000_000)

  const { snapshots } = await ask(api, 'snapshots.list', { backupSetId: backupSet.id })
  const target = path.join(person.folder, 'restored')
  await person.stepUp({ kind: 'restore', backupSetId: backupSet.id })
  const { jobRunId } = await ask(api, 'restore.start', {
    backupSetId: backupSet.id,
    snapshotId: snapshots[0]?.id ?? '',
    targetFolder: target,
  })
  expect((await ask(api, 'run.wait', { jobRunId })).run).toMatchObject({ outcome: 'complete' })
  expect(await differences(source, path.join(target, source))).toEqual([])
  expect(proxy.asked.every((each) => each.startsWith('CONNECT backup.test:'))).toBe(true)
}, 120_000)

it('keeps the password of the proxy out of settings, log and every run record', async () => {
  const names = (await readdir(person.home, { recursive: true, withFileTypes: true })).filter(
    (each) => each.isFile() && each.name !== 'secrets.json',
  )
  for (const each of names) {
    const text = await readFile(path.join(each.parentPath, each.name), 'latin1')
    expect(text.includes(password) || text.includes(encodeURIComponent(password)), each.name).toBe(false)
  }
})

it('runs in a process started anew, which finds the password in the secret store', async () => {
  await person.reopen()
  expect((await ask(person.client.api, 'account.me', {})).loginName).toBe('ann')
})

it('ends with the proxy, and a backup then names the proxy and is recorded', async () => {
  const [backupSet] = (await ask(person.client.api, 'sets.list', {})).backupSets
  if (backupSet === undefined) throw new Error('There is no set.')
  proxy.refuse('407 Proxy Authentication Required')
  expect(await refusal(person.client.api, 'account.me', {})).toBe('PROXY_SIGN_IN_REQUIRED')
  expect(await person.backUp(backupSet)).toMatchObject({
    outcome: 'failed',
    errorCode: 'PROXY_SIGN_IN_REQUIRED',
  })
  proxy.refuse('403 Forbidden')
  expect(await person.backUp(backupSet)).toMatchObject({ outcome: 'failed', errorCode: 'PROXY_REFUSED' })
  proxy.refuse(undefined)
  expect(await person.backUp(backupSet)).toMatchObject({ outcome: 'complete' })
}, 120_000)
