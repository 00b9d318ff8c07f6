import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupSetSchema, type BackupSet } from '../shared/model/backup-set.ts'
import { deviceIdSchema } from '../shared/model/ids.ts'
import { engineHandlers } from './engine-handlers.ts'
import { coreParts, type CoreParts } from './session/core.fixture.ts'

const ownId = deviceIdSchema.parse(`dev_${'a'.repeat(22)}`)
const otherId = deviceIdSchema.parse(`dev_${'b'.repeat(22)}`)
let core: CoreParts

beforeEach(async () => {
  core = await coreParts()
  await core.profile.update({ device: { id: ownId, name: 'pc' } })
  await core.session.keep({
    address: core.server().address,
    token: 't',
    scope: 'full',
    expiresAt: '2026-01-05T20:00:00.000Z',
  })
})
afterEach(() => core.remove())

function setOf(deviceId: BackupSet['deviceId']): BackupSet {
  return backupSetSchema.parse({
    id: `set_${'c'.repeat(22)}`,
    deviceId,
    repositoryId: `rep_${'d'.repeat(22)}`,
    keyId: `key_${'e'.repeat(22)}`,
    definition: { name: 'Documents', sources: ['/home'], timeZone: 'UTC' },
    version: 1,
    createdAt: '2026-01-05T08:00:00.000Z',
    storedBytes: 0,
    snapshotCount: 0,
    isBrakeTripped: false,
    deletedAt: null,
    purgeAfter: null,
  })
}

describe.each(['backup.start', 'maintenance.start'] as const)('%s', (name) => {
  it.each([
    ['another computer', otherId],
    ['no computer', null],
  ])('of a set that %s runs says so, and does not begin', async (_who, deviceId) => {
    const backupSet = setOf(deviceId)
    core.server().script.backupSets = () => ({ backupSets: [backupSet] })
    const side = engineHandlers(core, { enrolDevice: () => Promise.resolve() })
    await expect(side.handlers[name]({ backupSetId: backupSet.id })).rejects.toMatchObject({
      code: 'SET_OF_OTHER_COMPUTER',
    })
    expect(side.running()).toEqual([])
    await side.close()
  })
})
