import { describe, expect, it } from 'vitest'
import { serverSettingsSchema } from '../../shared/model/server-settings.ts'
import type { ClientKind } from '../../shared/model/sign-in.ts'
import { doorsOf, everyDoor, requirementOf, type Doors, type RuleInput } from './requirement.ts'

const dayMs = 86_400_000
const nowMs = Date.UTC(2027, 0, 15)
const noDemands = serverSettingsSchema.parse({}).requireSecondFactorFor

interface Case {
  readonly demands?: Partial<RuleInput['demands']>
  readonly policy?: Partial<RuleInput['policy']>
  readonly user?: Partial<RuleInput['user']>
  readonly doors?: Doors
}

function decide({ demands, doors, policy, user }: Case) {
  return requirementOf({
    demands: { ...noDemands, ...demands },
    policy: { secondFactor: 'offered', enrolBy: null, graceDays: 0, phishingResistant: 'off', ...policy },
    user: {
      kind: 'backup',
      audience: 'external',
      secondFactor: null,
      mustPair: 0,
      enrolAskedAt: null,
      ...user,
    },
    doors: doors ?? { desktop: true, web: false },
    nowMs,
  })
}

const web: Doors = { desktop: false, web: true }
const at = (days: number): string => new Date(nowMs + days * dayMs).toISOString()

describe('a second factor is compulsory', () => {
  const cases: [string, Case, string | null][] = [
    ['for nobody when nothing says so', {}, null],
    ['for everybody', { demands: { everybody: true } }, 'everybody'],
    [
      'for everybody, also whom an administrator excepted',
      { demands: { everybody: true }, user: { secondFactor: 'offered' } },
      'everybody',
    ],
    [
      'for system users, whatever is set',
      { user: { kind: 'system', secondFactor: 'offered' } },
      'system-users',
    ],
    ['for internal users', { demands: { internalUsers: true }, user: { audience: 'internal' } }, 'internal'],
    ['for internal users only', { demands: { internalUsers: true } }, null],
    ['for external users', { demands: { externalUsers: true } }, 'external'],
    ['for external users only', { demands: { externalUsers: true }, user: { audience: 'internal' } }, null],
    ['at the desktop', { demands: { desktopSignIns: true } }, 'desktop'],
    ['at the desktop only', { demands: { desktopSignIns: true }, doors: web }, null],
    ['in the web', { demands: { webSignIns: true }, doors: web }, 'web'],
    ['in the web only', { demands: { webSignIns: true } }, null],
    ['by every door where one demands it', { demands: { webSignIns: true }, doors: everyDoor }, 'web'],
    ['for a group', { policy: { secondFactor: 'required' } }, 'group'],
    ['for one user', { user: { secondFactor: 'required' } }, 'user'],
    [
      'for a group but one user',
      { policy: { secondFactor: 'required' }, user: { secondFactor: 'offered' } },
      null,
    ],
    ['from its date on', { policy: { enrolBy: at(0) } }, 'date'],
    ['not before its date', { policy: { enrolBy: at(1) } }, null],
    [
      'from its date on, but for one user',
      { policy: { enrolBy: at(-1) }, user: { secondFactor: 'offered' } },
      null,
    ],
    ['where a passkey is', { policy: { phishingResistant: 'everybody' } }, 'passkey'],
    ['after the mode was changed', { user: { mustPair: 1, secondFactor: 'offered' } }, 'pairing'],
  ]
  it.each(cases)('%s', (_name, input, by) => {
    const requirement = decide(input)
    expect(requirement.rule === 'required' ? requirement.by : null).toBe(by)
  })
})

describe('a date to register by', () => {
  it('is told with the offer', () => {
    const requirement = decide({ policy: { enrolBy: at(3) } })
    expect(requirement).toEqual({ rule: 'offered', compulsoryFrom: nowMs + 3 * dayMs, isGrace: false })
  })
})

describe('days of grace', () => {
  const policy = { secondFactor: 'required', graceDays: 7 } as const

  it('begin with the first sign-in that demands a second factor', () => {
    expect(decide({ policy })).toEqual({ rule: 'offered', compulsoryFrom: nowMs + 7 * dayMs, isGrace: true })
  })

  it('end, to the millisecond', () => {
    const askedAt = nowMs - 7 * dayMs
    expect(decide({ policy, user: { enrolAskedAt: askedAt } }).rule).toBe('required')
    expect(decide({ policy, user: { enrolAskedAt: askedAt + 1 } }).rule).toBe('offered')
  })

  it('are no longer when the clock was set back', () => {
    expect(decide({ policy, user: { enrolAskedAt: nowMs + 90 * dayMs } })).toMatchObject({
      compulsoryFrom: nowMs + 7 * dayMs,
    })
  })

  it.each([
    ['system users', { user: { kind: 'system' } }],
    ['whoever lost a method with the mode', { user: { mustPair: 1 } }],
    ['what a date has made compulsory', { policy: { ...policy, secondFactor: 'offered', enrolBy: at(-1) } }],
  ] satisfies [string, Case][])('are not for %s', (_name, input) => {
    expect(decide({ policy, ...input }).rule).toBe('required')
  })
})

describe('the doors of a sign-in', () => {
  it.each([
    ['window', false, { desktop: true, web: false }],
    ['terminal', false, { desktop: true, web: false }],
    ['window', true, { desktop: true, web: true }],
    ['terminal', true, { desktop: true, web: true }],
    ['page', true, { desktop: false, web: true }],
    ['page', false, everyDoor],
    ['api', true, everyDoor],
    ['api', false, everyDoor],
  ] satisfies [ClientKind, boolean, Doors][])(
    'of a claimed %s, from a browser: %s, are %o',
    (kind, isBrowser, doors) => {
      expect(doorsOf(kind, isBrowser)).toEqual(doors)
    },
  )
})
