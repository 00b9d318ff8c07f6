import type { ClientHandlers, ClientRequest } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { isShorterRetention, type BackupSet } from '../../shared/model/backup-set.ts'
import type { BackupSetId, DeviceId } from '../../shared/model/ids.ts'
import type { ApprovedCommands } from '../backup/approved-commands.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { ScheduleFile } from '../schedule/schedule-file.ts'
import type { Edition } from '../../shared/model/installation.ts'
import { checkEdition } from './check-edition.ts'
import { checkDefinition } from './check-definition.ts'

export interface SetDeps extends CoreDeps {
  readonly commands: ApprovedCommands
  readonly file: ScheduleFile
  readonly edition: Edition
  /** Lets this computer run backups by itself; does nothing when it may. */
  readonly enrolDevice: () => Promise<void>
}

type SetRequest = Exclude<Extract<ClientRequest, `sets.${string}`>, 'sets.measure'>

export function setHandlers(deps: SetDeps): Pick<ClientHandlers, SetRequest> {
  const { server, session } = deps
  return {
    'sets.list': async () => {
      const backupSets = await listSets(deps)
      for (const each of backupSets) deps.commands.heard(each.id, each.definition)
      return { backupSets }
    },
    'sets.create': async ({ definition }) => {
      checkDefinition(definition, process.platform)
      checkEdition(deps.edition, definition)
      const keyId = deps.keys.forNewSets()
      await deps.enrolDevice()
      const { backupSet } = await server().call(
        'createBackupSet',
        { definition, deviceId: ownDevice(deps), keyId },
        await session.credentials(),
      )
      await deps.commands.approve(backupSet.id, definition)
      await keepCopy(deps, backupSet)
      return { backupSet }
    },
    'sets.update': async ({ backupSetId, definition, version }) => {
      checkDefinition(definition, process.platform)
      const before = await readSet(deps, backupSetId)
      checkEdition(deps.edition, definition, before.definition)
      deps.commands.heard(backupSetId, before.definition)
      const credentials = await session.credentials()
      const update = (grantToken?: string): Promise<{ backupSet: BackupSet }> =>
        server().call(
          'updateBackupSet',
          { backupSetId, definition, version, ...(grantToken === undefined ? {} : { grantToken }) },
          credentials,
        )
      const { backupSet } = isShorterRetention(before.definition.retention, definition.retention)
        ? await session.useGrant({ kind: 'shorten-retention', backupSetId }, update)
        : await update()
      // Entered here by a signed-in person: from now on this computer may run these commands.
      await deps.commands.approve(backupSet.id, definition)
      await keepCopy(deps, backupSet)
      return { backupSet }
    },
    'sets.delete': async ({ backupSetId }) => {
      const credentials = await session.credentials()
      const { backupSet } = await session.useGrant({ kind: 'delete-set', backupSetId }, (grantToken) =>
        server().call('deleteBackupSet', { backupSetId, grantToken }, credentials),
      )
      await keepCopy(deps, backupSet)
      return { backupSet }
    },
    'sets.undelete': async ({ backupSetId }) => {
      const { backupSet } = await server().call(
        'undeleteBackupSet',
        { backupSetId },
        await session.credentials(),
      )
      await keepCopy(deps, backupSet)
      return { backupSet }
    },
    'sets.adopt': async ({ backupSetId }) => {
      const { definition, version, keyId } = await readSet(deps, backupSetId)
      // Without its key this computer could not run it.
      await deps.keys.read(keyId)
      await deps.enrolDevice()
      const { backupSet } = await server().call(
        'updateBackupSet',
        { backupSetId, definition, version, deviceId: ownDevice(deps) },
        await session.credentials(),
      )
      await keepCopy(deps, backupSet)
      return { backupSet }
    },
    'sets.resumeBrake': async ({ backupSetId }) => {
      const credentials = await session.credentials()
      const { backupSet } = await session.useGrant({ kind: 'resume-brake', backupSetId }, (grantToken) =>
        server().call('resumeBrake', { backupSetId, grantToken }, credentials),
      )
      deps.commands.heard(backupSet.id, backupSet.definition)
      return { backupSet }
    },
  }
}

export async function listSets({
  server,
  session,
}: Pick<CoreDeps, 'server' | 'session'>): Promise<BackupSet[]> {
  const { backupSets } = await server().call('backupSets', {}, await session.credentials())
  return backupSets
}

/** One of the user's sets, from the server. @throws AppError NOT_FOUND, SESSION_ENDED */
export async function readSet(
  deps: Pick<CoreDeps, 'server' | 'session'>,
  backupSetId: BackupSetId,
): Promise<BackupSet> {
  const found = (await listSets(deps)).find(({ id }) => id === backupSetId)
  if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such backup set.')
  return found
}

function ownDevice({ device }: Pick<CoreDeps, 'device'>): DeviceId {
  return device.deviceId()
}

/** The scheduler knows of a change at once, and not with its next refresh. */
async function keepCopy({ commands, file, clock, profile }: SetDeps, changed: BackupSet): Promise<void> {
  // It goes to an interface next, where a person may edit and save it.
  commands.heard(changed.id, changed.definition)
  const others = (await file.backupSets()).filter(({ id }) => id !== changed.id)
  const isOurs = changed.deviceId !== null && changed.deviceId === profile.settings().device?.id
  const runsHere = isOurs && changed.deletedAt === null
  await file.keepBackupSets(runsHere ? [...others, changed] : others)
  // From now on, and not from its first look at it, the scheduler counts what is due.
  if (runsHere) await file.keepState(changed.id, await file.state(changed.id, clock.nowMs()))
}
