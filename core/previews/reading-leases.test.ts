import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { backupSetIdSchema, keyIdSchema, leaseIdSchema, repositoryIdSchema } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { readingLeases, type ReadingLeases } from './reading-leases.ts'

const id = (prefix: string) => `${prefix}_${'a'.repeat(22)}`
const backupSetId = backupSetIdSchema.parse(id('set'))
const keyId = keyIdSchema.parse(id('key'))
let core: CoreParts
let readings: ReadingLeases
beforeEach(async () => {
  core = await coreParts()
  await core.session.keep({
    address: core.server().address,
    token: 'token',
    scope: 'full',
    expiresAt: new Date(core.clock.nowMs() + 3_600_000).toISOString(),
  })
  const lease = {
    id: leaseIdSchema.parse(id('lea')),
    kind: 'restore',
    secret: 'secret of the lease',
    expiresAt: new Date(core.clock.nowMs() + 600_000).toISOString(),
    heartbeatSeconds: 3600,
    repositoryPath: '/restic/a/',
    isInitialised: true,
    backupSet: { id: backupSetId, repositoryId: repositoryIdSchema.parse(id('rep')), keyId },
  } as Lease
  core.server().script = { restoreLease: () => ({ lease }), endLease: () => ({ run: null }) }
  const keys = { ...core.keys, read: () => Promise.resolve('a repository key') }
  const deps: EngineDeps = { ...core, keys, engine: () => Promise.reject(new Error('no engine here')) }
  readings = readingLeases(deps)
})
afterEach(async () => {
  await readings.close()
  await core.remove()
})

const routes = () => core.server().calls.map(({ name }) => name)
const read = () => readings.use(backupSetId, ({ held }) => Promise.resolve(held.lease.id))
const refusal = async () => {
  const error: unknown = await read().catch((reason: unknown) => reason)
  return isAppError(error) ? error.code : 'none'
}
const stepUp = () => core.session.holdGrant({ kind: 'restore', backupSetId }, 'grant')

it('one step-up permits reading for five minutes, however often, and not a moment longer', async () => {
  stepUp()
  await read()
  core.clock.advance(299_000)
  await read()
  expect(routes()).toEqual(['restoreLease'])
  core.clock.advance(2_000)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(routes()).toEqual(['restoreLease', 'endLease'])
  expect(await refusal()).toBe('STEP_UP_REQUIRED')
})

it('who signs out ends it at once', async () => {
  stepUp()
  await read()
  await core.session.forget()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(routes()).toEqual(['restoreLease', 'endLease'])
})

it('nothing is read without a step-up, and a later one helps', async () => {
  expect(await refusal()).toBe('STEP_UP_REQUIRED')
  stepUp()
  await expect(read()).resolves.toBeTruthy()
})

it('what fails while reading fails with its own reason, and the lease stays', async () => {
  stepUp()
  const failing = readings.use(backupSetId, () => Promise.reject(new Error('not this file')))
  await expect(failing).rejects.toThrow('not this file')
  await expect(read()).resolves.toBeTruthy()
  expect(routes()).toEqual(['restoreLease'])
})
