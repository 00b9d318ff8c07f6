import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { BackupSet, BackupSetDefinition } from '../../shared/model/backup-set.ts'
import { backupSetIdSchema } from '../../shared/model/ids.ts'
import { damaged, readIfThere } from '../profile/owner-only.ts'
import { writeWhole } from '../profile/write-whole.ts'

/**
 * Which commands this computer may run for a set: those that were saved on this computer.
 *
 * Definitions come from the server. If a server could make a computer run any program, whoever took the
 * server over would own every computer and with it the keys that the server must never have (P5).
 */
export interface ApprovedCommands {
  approve(backupSetId: BackupSet['id'], definition: Commands): Promise<void>
  areApproved(backupSetId: BackupSet['id'], definition: Commands): Promise<boolean>
}

type Commands = Pick<BackupSetDefinition, 'preCommand' | 'postCommand'>

const fileSchema = z.record(backupSetIdSchema, z.string())

export function approvedCommands(profileFolder: string): ApprovedCommands {
  const path = join(profileFolder, 'approved-commands.json')
  const read = async (): Promise<z.infer<typeof fileSchema>> => {
    const text = await readIfThere(path)
    if (text === undefined) return {}
    try {
      return fileSchema.parse(JSON.parse(text))
    } catch {
      throw damaged(path, 'is not what this program wrote')
    }
  }
  return {
    approve: async (backupSetId, definition) => {
      const approved = await read()
      const digest = digestOf(definition)
      if (approved[backupSetId] === digest) return
      await writeWhole(path, `${JSON.stringify({ ...approved, [backupSetId]: digest }, undefined, 2)}\n`)
    },
    areApproved: async (backupSetId, definition) => {
      if (definition.preCommand === null && definition.postCommand === null) return true
      return (await read())[backupSetId] === digestOf(definition)
    },
  }
}

function digestOf({ preCommand, postCommand }: Commands): string {
  const facts = [preCommand, postCommand].map(
    (command) => command && [command.argv, command.timeoutSeconds, command.onFailure],
  )
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
}
