import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { GroupId } from '../../shared/model/ids.ts'
import type { TrialOffer, TrialSettings } from '../../shared/model/trial.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { isSameSecret, type ServerKey } from '../server-key.ts'
import { serverSettings } from '../settings.ts'
import type { Tables } from '../store/tables.ts'
import { invitationMac } from './trial-settings.ts'

export interface OpenTrial {
  readonly trial: TrialSettings
  readonly groupId: GroupId
}

/** Null = nobody may register: switched off, nobody sends mail, or the group is not there. */
export async function openTrial(
  { messages }: Pick<AuthDeps, 'messages'>,
  db: Kysely<Tables>,
): Promise<OpenTrial | null> {
  const { trial } = (await serverSettings(db)).settings
  if (!trial.isOffered || !(await messages.channels(db)).has('email')) return null
  const group = await db
    .selectFrom('groups')
    .select('id')
    .where('name', '=', trial.groupName)
    .executeTakeFirst()
  return group === undefined ? null : { trial, groupId: group.id }
}

/** @throws AppError NOT_ALLOWED where trials are not offered */
export async function requireTrial(deps: Pick<AuthDeps, 'messages' | 'store'>): Promise<OpenTrial> {
  const open = await openTrial(deps, deps.store.db)
  if (open === null) throw notOffered()
  return open
}

export function notOffered(): AppError {
  return new AppError('NOT_ALLOWED', 'This server offers no accounts on trial.')
}

export function offerOf(open: OpenTrial | null): TrialOffer | null {
  return open === null ? null : { days: open.trial.days, needsInvitation: open.trial.invitationCode !== null }
}

/** @throws AppError INPUT_INVALID (path `invitationCode`) */
export function checkInvitation(
  { invitationCode }: TrialSettings,
  typed: string | undefined,
  serverKey: ServerKey,
): void {
  if (invitationCode === null || isSameSecret(invitationCode, invitationMac(serverKey, typed ?? ''))) return
  throw new AppError('INPUT_INVALID', 'This is not the code of the invitation.', {
    details: { paths: ['invitationCode'], reason: 'invitation' },
  })
}

/** Whether a mail domain, or one that it is under, may register. */
export function isDomainAllowed({ allowedDomains, blockedDomains }: TrialSettings, email: string): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  const isUnder = (listed: string) => domain === listed || domain.endsWith(`.${listed}`)
  return !blockedDomains.some(isUnder) && (allowedDomains === null || allowedDomains.some(isUnder))
}
