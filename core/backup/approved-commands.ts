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
  /**
   * Remembers, for this process, what the server says a set's commands are. An interface edits that text and
   * saves the whole of it, so what comes back unchanged is the server's word and not a person's.
   */
  heard(backupSetId: BackupSet['id'], definition: Commands): void
  /**
   * What a person saved here may run from now on. Commands that only the server named stay unapproved; a
   * person who wants them removes them and enters them again.
   */
  approve(backupSetId: BackupSet['id'], definition: Commands): Promise<void>
  areApproved(backupSetId: BackupSet['id'], definition: Commands): Promise<boolean>
  /** Why commands that are not approved did not run, and what to do. */
  readonly whyNot: string
}

/** An ACB installation runs no command at all, not even one that was entered before it became one. */
export const noCommands: ApprovedCommands = {
  whyNot: 'the ACB edition of this computer runs no commands',
  heard: () => undefined,
  approve: () => Promise.resolve(),
  areApproved: (_id, { preCommand, postCommand }) =>
    Promise.resolve(preCommand === null && postCommand === null),
}

type Commands = Pick<BackupSetDefinition, 'preCommand' | 'postCommand'>

const fileSchema = z.record(backupSetIdSchema, z.string())

export function approvedCommands(profileFolder: string): ApprovedCommands {
  const path = join(profileFolder, 'approved-commands.json')
  const fromServer = new Map<BackupSet['id'], Set<string>>()
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
    whyNot: 'it was not entered on this computer; remove it and enter it here again',
    heard: (backupSetId, definition) => {
      const digests = fromServer.get(backupSetId) ?? new Set()
      fromServer.set(backupSetId, digests.add(digestOf(definition)))
    },
    approve: async (backupSetId, definition) => {
      const approved = await read()
      const digest = digestOf(definition)
      if (approved[backupSetId] === digest || fromServer.get(backupSetId)?.has(digest) === true) return
      // Whatever the server said before, it is this that it has to say now.
      fromServer.delete(backupSetId)
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
