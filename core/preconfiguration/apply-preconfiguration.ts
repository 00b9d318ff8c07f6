import type { Log } from '../core-deps.ts'
import type { Profile } from '../profile/profile.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import { preconfigurationPath, readPreconfiguration } from './preconfiguration.ts'

export interface ApplyDeps {
  readonly profile: Profile
  readonly session: Pick<SessionKeeper, 'forget'>
  readonly log: Log
  readonly path?: string
  readonly trustedUid?: number
}

/**
 * Puts the administrator's server into a profile that has none, or, where it is fixed, that has another. Then the
 * session ends: a token is never shown to a server that did not give it.
 *
 * @returns the address that must not be changed, where there is one
 */
export async function applyPreconfiguration(deps: ApplyDeps): Promise<string | undefined> {
  const found = await readPreconfiguration(deps.path ?? preconfigurationPath(process), deps.trustedUid)
  if (found.kind === 'refused')
    deps.log.warn({ reason: found.reason }, 'The preconfiguration is not followed')
  if (found.kind !== 'read' || found.preconfiguration.server === undefined) return undefined
  const { isFixed, ...server } = found.preconfiguration.server
  const before = deps.profile.settings().server
  const isOther = JSON.stringify(before) !== JSON.stringify(server)
  if (before === null || (isFixed && isOther)) await deps.profile.update({ server })
  if (before !== null && isFixed && before.address !== server.address) await deps.session.forget()
  return isFixed ? server.address : undefined
}
