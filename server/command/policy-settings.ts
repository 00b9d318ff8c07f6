import type { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import {
  defaultPolicy,
  limitsSchema,
  policySchema,
  protectionSchema,
  recoverySchema,
  type Policy,
} from '../../shared/model/policy.ts'

import { trialSettingsSchema } from '../../shared/model/trial.ts'
import { serverSettingsSchema, type ServerSettings } from '../../shared/model/server-settings.ts'

/** A setting of a policy by its dotted name, such as `limits.passcodeMinutes`. */
export interface PolicySetting {
  readonly name: string
  readonly value: string | number | boolean | null
  readonly description: string
}

export function settingsOf(policy: Policy): PolicySetting[] {
  const { limits, protection, recovery, methods, ...plain } = policy
  const groups: Record<string, Record<string, PolicySetting['value']>> = {
    '': { ...plain, methods: methods.join(',') },
    limits,
    protection,
    recovery,
  }
  return Object.entries(groups).flatMap(([group, values]) =>
    Object.entries(values).map(([key, value]) => {
      const name = group === '' ? key : `${group}.${key}`
      return { name, value, description: descriptionOf(name) ?? '' }
    }),
  )
}

export function serverSettingsRows(settings: ServerSettings): PolicySetting[] {
  const { allowedCountries, mode, requireSecondFactorFor, trial } = settings
  const demands = Object.entries(requireSecondFactorFor).map(
    ([key, value]) => [`requireSecondFactorFor.${key}`, value] as const,
  )
  const rows = [
    ['mode', mode],
    ...demands,
    ['allowedCountries', allowedCountries?.join(',') ?? null],
    ...Object.entries(trial).map(
      ([key, value]) => [`trial.${key}`, Array.isArray(value) ? value.join(',') : value] as const,
    ),
  ] as const
  return rows.map(([name, value]) => ({ name, value, description: descriptionOf(name) ?? '' }))
}

/**
 * A policy with some settings changed.
 *
 * @param change part of a policy, as parsed JSON
 * @throws AppError INPUT_INVALID with `paths`, and in `bounds` what each of them may be
 */
export function changedPolicy(policy: Policy, change: unknown): Policy {
  return changed(policySchema, policy, defaultPolicy, change)
}

/** The server's settings with some changed; see `changedPolicy`. */
export function changedServerSettings(settings: ServerSettings, change: unknown): ServerSettings {
  return changed(serverSettingsSchema, settings, settings, change)
}

function changed<T>(schema: z.ZodType<T>, before: T, known: T, change: unknown): T {
  const unknown = unknownNames(change, known, '')
  if (unknown.length > 0) {
    throw new AppError('INPUT_INVALID', `There is no setting ${unknown.join(', ')}.`, {
      details: { paths: unknown },
    })
  }
  const parsed = schema.safeParse(merged(before, change))
  if (parsed.success) return parsed.data
  const paths = [...new Set(parsed.error.issues.map(pathOf))]
  const bounds = paths.map((path) => `${path}: ${descriptionOf(path) ?? reasonOf(parsed.error, path)}`)
  throw new AppError('INPUT_INVALID', `Not possible: ${paths.join(', ')}.`, { details: { paths, bounds } })
}

/** `limits.passcodeMinutes=10` as the object that it means; lists are separated by commas. */
export function changeFrom(assignments: readonly string[]): object {
  const change = emptyChange()
  for (const assignment of assignments) {
    const [name = '', ...rest] = assignment.split('=')
    if (rest.length === 0) {
      throw new AppError('INPUT_INVALID', '--set: give name=value.', { details: { paths: ['set'] } })
    }
    const keys = name.split('.')
    const last = keys.pop() ?? ''
    let target = change
    for (const key of keys) target = (target[key] ??= emptyChange()) as Record<string, unknown>
    target[last] = valueFrom(name, rest.join('='))
  }
  return change
}

/** Without a prototype, so that no name reaches one. */
function emptyChange(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>
}

const lists: ReadonlySet<string> = new Set([
  'methods',
  'allowedCountries',
  'trial.allowedDomains',
  'trial.blockedDomains',
])
/** Text that may look like a number. */
const texts: ReadonlySet<string> = new Set(['trial.invitationCode', 'trial.groupName'])

function valueFrom(name: string, text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  if (lists.has(name)) {
    return text.split(',').filter((part) => part !== '')
  }
  if (texts.has(name)) return text
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function unknownNames(change: unknown, known: unknown, prefix: string): string[] {
  if (!isPlain(change)) return prefix === '' ? ['(root)'] : []
  if (!isPlain(known)) return []
  return Object.entries(change).flatMap(([key, value]) =>
    Object.hasOwn(known, key) ? unknownNames(value, known[key], `${prefix}${key}.`) : [`${prefix}${key}`],
  )
}

function merged(base: unknown, change: unknown): unknown {
  if (!isPlain(base) || !isPlain(change)) return change
  return {
    ...base,
    ...Object.fromEntries(Object.entries(change).map(([key, value]) => [key, merged(base[key], value)])),
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pathOf(issue: z.core.$ZodIssue): string {
  return issue.path.map(String).join('.') || '(root)'
}

function reasonOf(error: z.ZodError, path: string): string {
  return error.issues.find((issue) => pathOf(issue) === path)?.message ?? 'not possible'
}

const described: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  limits: limitsSchema.shape,
  protection: protectionSchema.shape,
  recovery: recoverySchema.shape,
  requireSecondFactorFor: serverSettingsSchema.shape.requireSecondFactorFor.unwrap().shape,
  trial: trialSettingsSchema.shape,
}

const plainSettings: Readonly<Record<string, z.ZodType>> = {
  ...policySchema.shape,
  ...serverSettingsSchema.shape,
}

/** What the contract says about a setting, its bounds included. */
function descriptionOf(name: string): string | undefined {
  const [group = '', key] = name.split('.')
  const shape = key === undefined ? plainSettings : described[group]
  return shape?.[key ?? group]?.meta()?.description
}
