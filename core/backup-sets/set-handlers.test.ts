import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { backupSetDefinitionSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import type { Edition } from '../../shared/model/installation.ts'
import { backupSetIdSchema, deviceIdSchema, keyIdSchema, repositoryIdSchema } from '../../shared/model/ids.ts'
import { approvedCommands } from '../backup/approved-commands.ts'
import { openScheduleFile, type ScheduleFile } from '../schedule/schedule-file.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { setHandlers } from './set-handlers.ts'

const deviceId = deviceIdSchema.parse(`dev_${'d'.repeat(22)}`)
const keyId = keyIdSchema.parse(`key_${'k'.repeat(22)}`)
const definition = backupSetDefinitionSchema.parse({
  name: 'Docs',
  sources: ['/home/ann'],
  schedules: [{ kind: 'daily', at: '20:00' }],
})
const backupSet: BackupSet = {
  id: backupSetIdSchema.parse(`set_${'a'.repeat(22)}`),
  deviceId,
  repositoryId: repositoryIdSchema.parse(`rep_${'a'.repeat(22)}`),
  keyId,
  definition,
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  storedBytes: 0,
  snapshotCount: 0,
  isBrakeTripped: false,
  deletedAt: null,
  purgeAfter: null,
}

let core: CoreParts
let file: ScheduleFile
let enrolments = 0
let hasKit: boolean
beforeEach(async () => {
  core = await coreParts()
  file = openScheduleFile(core.profile.folder, core.log)
  enrolments = 0
  hasKit = true
  await core.session.keep({
    token: 'session-token',
    scope: 'full',
    expiresAt: '2027-01-01T00:00:00.000Z',
    address: core.servers.current.address,
  })
})
afterEach(() => core.remove())

function handlers(edition: Edition = 'OBM') {
  return setHandlers({
    ...core,
    edition,
    keys: {
      forNewSets: () => {
        if (!hasKit) throw new AppError('KIT_NOT_CONFIRMED', 'no kit')
        return keyId
      },
      read: (id) =>
        id === keyId ? Promise.resolve('the key') : Promise.reject(new AppError('KEY_MISSING', 'no key')),
    },
    file,
    commands: approvedCommands(core.profile.folder),
    enrolDevice: async () => {
      enrolments += 1
      await core.profile.update({ device: { id: deviceId, name: 'Test' } })
    },
  })
}

const names = (): string[] => core.servers.current.calls.map(({ name }) => name)

describe('a new set', () => {
  it('waits for a confirmed recovery kit, and asks the server nothing before', async () => {
    hasKit = false
    await expect(handlers()['sets.create']({ definition })).rejects.toMatchObject({
      code: 'KIT_NOT_CONFIRMED',
    })
    expect(core.servers.current.calls).toEqual([])
    expect(enrolments).toBe(0)
  })

  it('enrols this computer, uses its key, and is known to the scheduler at once', async () => {
    core.servers.current.script.createBackupSet = () => ({ backupSet })
    await handlers()['sets.create']({ definition })
    expect(enrolments).toBe(1)
    expect(core.servers.current.calls.at(-1)?.input).toEqual({ definition, deviceId, keyId })
    expect(await file.backupSets()).toEqual([backupSet])
    const { handledUntilMs } = await file.state(backupSet.id, 0)
    expect(handledUntilMs).toBe(core.clock.nowMs())
  })

  it('with a wrong field is refused before anything is asked of anybody', async () => {
    const wrong = { ...definition, sources: ['docs'] }
    await expect(handlers()['sets.create']({ definition: wrong })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    expect(enrolments).toBe(0)
  })
})

describe('an ACB installation', () => {
  const command = { argv: ['/bin/true'], timeoutSeconds: 60, onFailure: 'stop' } as const
  const obmOnly = [
    ['preCommand', command],
    ['postCommand', command],
    ['uploadLimitKibPerSecond', 100],
    ['downloadLimitKibPerSecond', 100],
  ] as const

  it.each(obmOnly)(
    'refuses a new set with %s, by its name, before anything is asked of anybody',
    async (field, value) => {
      const refused = handlers('ACB')['sets.create']({ definition: { ...definition, [field]: value } })
      await expect(refused).rejects.toMatchObject({
        code: 'NOT_ALLOWED',
        details: { paths: [`definition.${field}`], reason: 'edition' },
      })
      expect(core.servers.current.calls).toEqual([])
    },
  )

  it.each(obmOnly)(
    'refuses to add %s to a set, lets it stay where it is, and lets it go',
    async (field, value) => {
      const withIt = { ...definition, [field]: value }
      const update = (before: typeof definition, next: typeof definition) => {
        core.servers.current.script.backupSets = () => ({
          backupSets: [{ ...backupSet, definition: before }],
        })
        core.servers.current.script.updateBackupSet = () => ({
          backupSet: { ...backupSet, definition: next },
        })
        return handlers('ACB')['sets.update']({ backupSetId: backupSet.id, definition: next, version: 1 })
      }
      await expect(update(definition, withIt)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
      expect(names()).not.toContain('updateBackupSet')
      await expect(update(withIt, { ...withIt, name: 'Other' })).resolves.toMatchObject({})
      await expect(update(withIt, definition)).resolves.toMatchObject({})
    },
  )

  it('makes sets of files with everything else', async () => {
    core.servers.current.script.createBackupSet = () => ({ backupSet })
    const conditions = { notOnBattery: true, notOnMetered: true }
    await handlers('ACB')['sets.create']({ definition: { ...definition, conditions } })
    expect(names()).toContain('createBackupSet')
  })
})

describe('a change of a set', () => {
  const shorter = { ...definition, retention: { ...definition.retention, keepDailyCount: 1 } }
  const longer = { ...definition, retention: { ...definition.retention, keepDailyCount: 99 } }
  beforeEach(() => {
    core.servers.current.script.backupSets = () => ({ backupSets: [backupSet] })
    core.servers.current.script.updateBackupSet = () => ({ backupSet })
  })

  it('that keeps as much as before needs no grant', async () => {
    await handlers()['sets.update']({ backupSetId: backupSet.id, definition: longer, version: 1 })
    expect(core.servers.current.calls.at(-1)?.input).not.toHaveProperty('grantToken')
  })

  it('that would let snapshots go needs a step-up of its own', async () => {
    const update = handlers()['sets.update']({ backupSetId: backupSet.id, definition: shorter, version: 1 })
    await expect(update).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
      details: { operation: 'shorten-retention', backupSetId: backupSet.id },
    })
    expect(names()).not.toContain('updateBackupSet')
  })

  it('that would let snapshots go uses its grant, and gets it back when somebody else was first', async () => {
    const operation = { kind: 'shorten-retention', backupSetId: backupSet.id } as const
    core.session.holdGrant(operation, 'grant')
    core.servers.current.script.updateBackupSet = () => {
      throw new AppError('VERSION_CONFLICT', 'changed meanwhile')
    }
    const update = () =>
      handlers()['sets.update']({ backupSetId: backupSet.id, definition: shorter, version: 1 })
    await expect(update()).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    core.servers.current.script.updateBackupSet = () => ({ backupSet })
    await update()
    expect(core.servers.current.calls.at(-1)?.input).toMatchObject({ grantToken: 'grant' })
  })

  it('of a set that does not exist is not found', async () => {
    core.servers.current.script.backupSets = () => ({ backupSets: [] })
    const update = handlers()['sets.update']({ backupSetId: backupSet.id, definition, version: 1 })
    await expect(update).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a deleted set', () => {
  it('needs a step-up, and leaves the schedule of this computer', async () => {
    await core.profile.update({ device: { id: deviceId, name: 'Test' } })
    await file.keepBackupSets([backupSet])
    const deleted = { ...backupSet, deletedAt: '2026-01-05T08:00:00.000Z' }
    core.servers.current.script.deleteBackupSet = () => ({ backupSet: deleted })
    const remove = () => handlers()['sets.delete']({ backupSetId: backupSet.id })
    await expect(remove()).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect(await file.backupSets()).toEqual([backupSet])
    core.session.holdGrant({ kind: 'delete-set', backupSetId: backupSet.id }, 'grant')
    await remove()
    expect(await file.backupSets()).toEqual([])
  })
})

describe('adopting a set', () => {
  it('needs its key here, because without it nothing could be read or written', async () => {
    const foreign = { ...backupSet, keyId: keyIdSchema.parse(`key_${'z'.repeat(22)}`) }
    core.servers.current.script.backupSets = () => ({ backupSets: [foreign] })
    const adopt = handlers()['sets.adopt']({ backupSetId: backupSet.id })
    await expect(adopt).rejects.toMatchObject({ code: 'KEY_MISSING' })
    expect(enrolments).toBe(0)
  })

  it('makes this computer the one that runs it, and runs none of its commands yet', async () => {
    const preCommand = { argv: ['dump'], timeoutSeconds: 60, onFailure: 'stop' as const }
    const old = { ...backupSet, deviceId: null, definition: { ...definition, preCommand } }
    core.servers.current.script.backupSets = () => ({ backupSets: [old] })
    core.servers.current.script.updateBackupSet = (input) => ({
      backupSet: { ...old, deviceId: deviceIdSchema.parse(input.deviceId) },
    })
    await handlers()['sets.adopt']({ backupSetId: backupSet.id })
    expect((await file.backupSets())[0]?.deviceId).toBe(deviceId)
    const approved = await approvedCommands(core.profile.folder).areApproved(backupSet.id, old.definition)
    expect(approved).toBe(false)
  })
})
