import { assertNever } from '../../shared/errors.ts'
import type { Policy } from '../../shared/model/policy.ts'
import type { ServerSettings } from '../../shared/model/server-settings.ts'
import type { ClientKind } from '../../shared/model/sign-in.ts'
import { needsPasskey } from '../passkeys/required-passkey.ts'
import type { UserRow } from '../store/tables.ts'
import { isAdministering } from './administering.ts'

const dayMs = 86_400_000

/** By which doors a sign-in counts as coming in. At least one is true. */
export interface Doors {
  readonly desktop: boolean
  readonly web: boolean
}

/** For what is decided without a sign-in: the strictest of all doors. */
export const everyDoor: Doors = { desktop: true, web: true }

/**
 * What a client says it is, against what its request shows. Only a browser can show that it is one, and only a
 * page in a browser is no desktop sign-in: whoever claims `page` or nothing without one counts as both.
 */
export function doorsOf(kind: ClientKind, isBrowser: boolean): Doors {
  switch (kind) {
    case 'window':
    case 'terminal':
      return { desktop: true, web: isBrowser }
    case 'page':
      return { desktop: !isBrowser, web: true }
    case 'api':
      return everyDoor
    default:
      return assertNever(kind)
  }
}

/** What the rule is read from. */
export interface RuleInput {
  readonly demands: ServerSettings['requireSecondFactorFor']
  readonly policy: Pick<Policy, 'secondFactor' | 'enrolBy' | 'graceDays' | 'phishingResistant'>
  readonly user: Pick<UserRow, 'kind' | 'audience' | 'secondFactor' | 'mustPair' | 'enrolAskedAt'>
  readonly doors: Doors
  readonly nowMs: number
}

export type DemandedBy =
  | 'everybody'
  | 'system-users'
  | 'desktop'
  | 'web'
  | 'internal'
  | 'external'
  | 'user'
  | 'group'
  | 'date'
  | 'pairing'
  | 'passkey'

export type Requirement =
  | { readonly rule: 'required'; readonly by: DemandedBy }
  | {
      readonly rule: 'offered'
      /** When it becomes compulsory; null = never. */
      readonly compulsoryFrom: number | null
      /** It is compulsory already, and may be put off for the policy's days of grace. */
      readonly isGrace: boolean
    }

/**
 * Whether an account without a registered method must register one now. Where one is registered it is asked
 * for in any case. Settings of the server can only demand; below them the user's own rule goes before the
 * group's.
 */
export function requirementOf(input: RuleInput): Requirement {
  const { nowMs, policy, user } = input
  const by = demandedBy(input)
  if (by === null) {
    const isOverridden = user.secondFactor === 'offered'
    const compulsoryFrom = isOverridden || policy.enrolBy === null ? null : Date.parse(policy.enrolBy)
    return { rule: 'offered', compulsoryFrom, isGrace: false }
  }
  // Who administers, who had a method until now, and whoever needs a passkey has no days without one.
  if (by === 'pairing' || by === 'passkey' || isAdministering(user) || policy.graceDays === 0)
    return { rule: 'required', by }
  // A clock that was set back must not lengthen the days.
  const askedAt = Math.min(user.enrolAskedAt ?? nowMs, nowMs)
  const compulsoryFrom = askedAt + policy.graceDays * dayMs
  if (by === 'date' || nowMs >= compulsoryFrom) return { rule: 'required', by }
  return { rule: 'offered', compulsoryFrom, isGrace: true }
}

function demandedBy({ demands, doors, nowMs, policy, user }: RuleInput): DemandedBy | null {
  if (user.mustPair === 1) return 'pairing'
  if (needsPasskey(policy, user)) return 'passkey'
  if (isAdministering(user)) return 'system-users'
  if (demands.everybody) return 'everybody'
  if (demands.internalUsers && user.audience === 'internal') return 'internal'
  if (demands.externalUsers && user.audience === 'external') return 'external'
  if (demands.desktopSignIns && doors.desktop) return 'desktop'
  if (demands.webSignIns && doors.web) return 'web'
  if (user.secondFactor !== null) return user.secondFactor === 'required' ? 'user' : null
  if (policy.secondFactor === 'required') return 'group'
  return policy.enrolBy !== null && nowMs >= Date.parse(policy.enrolBy) ? 'date' : null
}
