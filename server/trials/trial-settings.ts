import { AppError } from '../../shared/errors.ts'
import type { TrialSettings } from '../../shared/model/trial.ts'
import type { ServerKey } from '../server-key.ts'
import type { Tx } from '../store/store.ts'

/** How an invitation code is stored: from the database alone nobody can try codes. */
export function invitationMac(serverKey: ServerKey, typed: string): string {
  return `mac:${serverKey.mac('trial-invitation', typed.normalize('NFKC').trim())}`
}

/**
 * The settings as they are stored.
 *
 * @throws AppError INPUT_INVALID (path `trial.groupName`) for a group that is not there
 */
export async function storedTrial(
  tx: Tx,
  trial: TrialSettings,
  serverKey: ServerKey,
): Promise<TrialSettings> {
  const group = await tx
    .selectFrom('groups')
    .select('id')
    .where('name', '=', trial.groupName)
    .executeTakeFirst()
  if (trial.isOffered && group === undefined) {
    throw new AppError('INPUT_INVALID', 'There is no group of that name for accounts on trial.', {
      details: { paths: ['trial.groupName'], reason: 'group' },
    })
  }
  const { invitationCode } = trial
  // Read, edited and sent back: it is the stored form already.
  if (invitationCode === null || /^mac:[\w-]{43}$/.test(invitationCode)) return trial
  return { ...trial, invitationCode: invitationMac(serverKey, invitationCode) }
}
