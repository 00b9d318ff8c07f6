import { chmod } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isoOf } from '../../shared/clock.ts'
import type { DoctorCheck } from '../../shared/client-api.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { backupSetSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import { plainInstallation, type Installation } from '../../shared/model/installation.ts'
import { deviceIdSchema, keyIdSchema } from '../../shared/model/ids.ts'
import { newDeviceKey } from '../device/device-key.ts'
import type { Engine } from '../engine/engine.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { doctorHandlers } from './doctor-handlers.ts'

const deviceId = deviceIdSchema.parse(`dev_${'a'.repeat(22)}`)
const keyId = keyIdSchema.parse(`key_${'b'.repeat(22)}`)
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
const features = { restCredentialsByEnvironment: false, exitCodes: false, restoreJson: false }

let core: CoreParts
let engine: () => Promise<Engine>
let storeState: 'ready' | 'locked' | 'unavailable'
let aheadMs: number
let installation: Installation

beforeEach(async () => {
  core = await coreParts()
  engine = () => Promise.resolve({ path: '/usr/bin/restic', version: '0.18.1', features } as Engine)
  storeState = 'ready'
  aheadMs = 0
  installation = plainInstallation
  await core.secrets.write('device-key', newDeviceKey().privateKey)
  await core.secrets.write(`repository-key/${keyId}`, 'key')
  await core.profile.update({
    loginName: 'ann',
    device: { id: deviceId, name: 'pc' },
    key: { keyId, isKitConfirmed: true },
  })
  core.server().script = {
    serverInfo: () => ({
      product: 'Holdfast',
      version: '1',
      apiVersion: 1,
      name: 'CBS',
      now: isoOf(core.clock.nowMs() + aheadMs),
      trial: null,
    }),
    nonce: () => ({ nonce: 'n', expiresAt: isoOf(core.clock.nowMs()) }),
    deviceSets: () => ({ backupSets: [backupSet({})] }),
  }
})
afterEach(() => core.remove())

function backupSet(definition: object): BackupSet {
  return backupSetSchema.parse({
    id: `set_${'c'.repeat(22)}`,
    deviceId,
    repositoryId: `rep_${'d'.repeat(22)}`,
    keyId,
    definition: {
      name: 'Documents',
      sources: ['/home'],
      timeZone: zone,
      schedules: [{ kind: 'daily', at: '12:00' }],
      ...definition,
    },
    version: 1,
    createdAt: '2026-01-05T08:00:00.000Z',
    storedBytes: 0,
    snapshotCount: 0,
    isBrakeTripped: false,
    deletedAt: null,
    purgeAfter: null,
  })
}

async function checks(): Promise<Record<string, DoctorCheck>> {
  const secrets = {
    ...core.secrets,
    choose: () => Promise.resolve(),
    close: () => undefined,
    state: () => Promise.resolve(storeState),
  }
  const handlers = doctorHandlers({ ...core, installation, secrets, engineSide: { engine: () => engine() } })
  const { checks: found } = await handlers['doctor.run']({})
  return Object.fromEntries(found.map((check) => [check.name, check]))
}

const refuse = (code: ErrorCode) => () => Promise.reject(new AppError(code, `Refused: ${code}.`))

describe('the doctor', () => {
  it('finds nothing wrong where everything is well, but that nobody is signed in', async () => {
    const found = await checks()
    const notOk = Object.values(found).filter(({ state }) => state !== 'ok')
    expect(notOk.map(({ name, state }) => [name, state])).toEqual([['Session', 'warning']])
    expect(Object.values(found).filter(({ state, advice }) => state === 'ok' && advice !== null)).toEqual([])
  })

  it.each<[string, string, 'warning' | 'failed', () => unknown]>([
    [
      'a preconfiguration that is not followed',
      'Installation',
      'failed',
      () => (installation = { ...plainInstallation, refusal: 'It does not belong to root.' }),
    ],
    ['a profile that others can enter', 'Profile', 'failed', () => chmod(core.profile.folder, 0o755)],
    ['a locked store', 'Secret store', 'failed', () => (storeState = 'locked')],
    ['a store that is not there', 'Secret store', 'failed', () => (storeState = 'unavailable')],
    ['no server', 'Server', 'failed', () => core.profile.update({ server: null })],
    [
      'a server out of reach',
      'Server',
      'failed',
      () => (core.server().script.serverInfo = refuse('SERVER_UNREACHABLE')),
    ],
    [
      'a wrong certificate',
      'Server',
      'failed',
      () => (core.server().script.serverInfo = refuse('SERVER_CERTIFICATE')),
    ],
    ['a clock that is behind', 'Clock', 'warning', () => (aheadMs = 121_000)],
    ['a clock that is ahead', 'Clock', 'warning', () => (aheadMs = -121_000)],
    ['no enrolment', 'This computer', 'warning', () => core.profile.update({ device: null })],
    [
      'a revoked computer',
      'This computer',
      'failed',
      () => (core.server().script.deviceSets = refuse('DEVICE_REVOKED')),
    ],
    ['a lost device key', 'This computer', 'failed', () => core.secrets.erase('device-key')],
    ['no engine', 'Engine', 'failed', () => (engine = refuse('ENGINE_MISSING'))],
    ['a missing key', 'Keys', 'failed', () => core.secrets.erase(`repository-key/${keyId}`)],
    ['no key at all', 'Recovery kit', 'warning', () => core.profile.update({ key: null })],
    [
      'an unconfirmed kit',
      'Recovery kit',
      'warning',
      () => core.profile.update({ key: { keyId, isKitConfirmed: false } }),
    ],
    [
      'a set in another zone',
      'Time zone',
      'warning',
      () =>
        (core.server().script.deviceSets = () => ({
          backupSets: [backupSet({ timeZone: 'Pacific/Chatham' })],
        })),
    ],
  ])('finds %s and says what to do', async (_what, name, state, arrange) => {
    await arrange()
    const check = (await checks())[name]
    expect(check?.state).toBe(state)
    expect(check?.advice).toMatch(/\w/)
  })

  it('says nothing of a session that a locked store hides', async () => {
    storeState = 'locked'
    expect(await checks()).not.toHaveProperty('Session')
  })

  it('names the same end of the session as the status does, and the sooner one of a session that is not used', async () => {
    const keptUntil = '2026-01-05T20:00:00.000Z'
    const unusedUntil = '2026-01-05T08:30:00.000Z'
    await core.session.keep({
      address: core.server().address,
      token: 't',
      scope: 'full',
      expiresAt: keptUntil,
    })
    core.server().script.me = () => ({ loginName: 'ann', session: { expiresAt: unusedUntil } }) as never
    expect((await checks())['Session']?.summary).toBe(
      `Signed in as ann until ${keptUntil}. Unused, the session ends at ${unusedUntil} already.`,
    )
  })

  it('names an ended session', async () => {
    await core.session.keep({
      address: core.server().address,
      token: 't',
      scope: 'full',
      expiresAt: '2026-01-05T20:00:00.000Z',
    })
    core.server().script.me = refuse('SESSION_ENDED')
    expect((await checks())['Session']).toMatchObject({
      state: 'failed',
      advice: 'Sign in again: holdfast login',
    })
  })

  it('goes on after a check that broke, and logs why without telling it', async () => {
    engine = () => Promise.reject(new Error('a stack with secrets'))
    const found = await checks()
    expect(found['Engine']).toMatchObject({ state: 'failed' })
    expect(JSON.stringify(found['Engine'])).not.toContain('a stack with secrets')
    expect(found['Time zone']?.state).toBe('ok')
    expect(core.logged.join()).toContain('A check failed unexpectedly')
  })
})
