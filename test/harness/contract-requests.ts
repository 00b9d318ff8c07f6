import fc from 'fast-check'
import { z } from 'zod'
import type { Permission, Route } from '../../shared/contract.ts'
import { apiPrefix, routes, type RouteName } from '../../shared/routes.ts'
import { deviceLease, makeAccount, makeSet } from '../fixtures/account.ts'
import { bearer, callApi, leaseAuthorization } from '../fixtures/http-api.ts'
import type { InsideServer } from './inside-server.ts'
import { spoiled, valuesOf } from './schema-values.ts'

/** The three parts of a request that the contract gives a schema. */
export interface Parts {
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
}

export const partNames = ['params', 'query', 'body'] as const
export const namedRoutes = Object.entries(routes) as readonly [RouteName, Route][]

/** A caller for every permission, and what really is there, to mix into requests. */
export interface Callers {
  readonly authorizations: Readonly<Record<Permission, string>>
  readonly known: Readonly<Record<string, string>>
}

export async function makeCallers(inside: InsideServer): Promise<Callers> {
  await inside.command('group', 'set-policy', 'Default', '--set', 'limits.requestsPerMinute=100000')
  const account = await makeAccount(inside, 'anna', '+4915123456789')
  const set = await makeSet(inside, account, { name: 'Documents', sources: ['/home'] })
  const client = { name: 'Test', version: '1', platform: 'linux', hostName: 'here' }
  const started = await callApi(inside.address, 'signInStart', {
    loginName: 'anna',
    password: account.password,
    client,
  })
  const { factors } = await callApi(inside.address, 'factors', {}, account.session)
  const session = account.session ?? ''
  const administrator = (await makeAccount(inside, 'root', '+4915123456780', 'admin')).session ?? ''
  return {
    authorizations: {
      public: '',
      session,
      fresh: session,
      transaction: bearer(started.transactionToken) ?? '',
      lease: leaseAuthorization(await deviceLease(inside, account, set.id)) ?? '',
      'admin-read-users': administrator,
      'admin-change-users': administrator,
      'admin-read-server': administrator,
      'admin-change-server': administrator,
    },
    known: {
      backupSetId: set.id,
      deviceId: account.deviceId,
      factorId: factors[0]?.id ?? '',
      loginName: 'anna',
      keyId: set.keyId,
    },
  }
}

export function validParts(route: Route): fc.Arbitrary<Parts> {
  const parts: Partial<Record<(typeof partNames)[number], fc.Arbitrary<unknown>>> = {}
  for (const name of partNames) if (route[name] !== undefined) parts[name] = valuesOf(route[name])
  return fc.record(parts)
}

/** Valid parts of which one has one wrong place. */
export function spoiledParts(route: Route): fc.Arbitrary<Parts> {
  const names = partNames.filter((name) => route[name] !== undefined)
  return fc
    .tuple(validParts(route), fc.constantFrom(...names))
    .chain(([parts, name]) => spoiled(parts[name]).map((value) => ({ ...parts, [name]: value })))
}

/** What the contract says about the parts: the paths that it refuses, or null when it takes them. */
export function refusedPaths(route: Route, parts: Parts): string[] | null {
  const issues = partNames.flatMap((name) => {
    const parsed = route[name]?.safeParse(parts[name])
    return parsed === undefined || parsed.success ? [] : parsed.error.issues
  })
  if (issues.length === 0) return null
  return [...new Set(issues.map((issue) => issue.path.map(String).join('.') || '(root)'))]
}

/** The parts as they arrive: path and query are text. Null when they cannot be sent as a request to the route. */
export function onTheWire(parts: Parts): Parts | null {
  const texts: Record<string, unknown> = {}
  for (const name of ['params', 'query'] as const) {
    const part = parts[name]
    if (part === undefined) continue
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return null
    const values = Object.entries(part)
    if (values.some(([, value]) => !hasText(value))) return null
    const entries = values.map(([key, value]) => [key, String(value)] as const)
    // A lone surrogate is no text; an empty part, a slash or a dot-segment makes another path.
    if (entries.some(([, text]) => /\p{Surrogate}/u.test(text))) return null
    const isPath =
      entries.length > 0 && entries.every(([, text]) => /^[^/]{1,150}$/u.test(text) && !/^\.+$/.test(text))
    if (name === 'params' && !isPath) return null
    texts[name] = Object.fromEntries(entries)
  }
  if (parts.body === undefined) return texts
  const body = JSON.stringify(parts.body)
  // Refused before the contract is asked; a test of its own sends these.
  if (/"(?:__proto__|constructor)":/.test(body)) return null
  return { ...texts, body: JSON.parse(body) as unknown }
}

/** An object, also one within a list, may have no text at all. */
function hasText(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(hasText)
  return typeof value !== 'object' || value === null
}

const texts = z.record(z.string(), z.string())

export async function sendParts(
  inside: InsideServer,
  { authorizations }: Callers,
  route: Route,
  parts: Parts,
) {
  const params = texts.parse(parts.params ?? {})
  const path = route.path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''))
  const query = new URLSearchParams(texts.parse(parts.query ?? {})).toString()
  const authorization = authorizations[route.permission]
  return await inside.app.inject({
    method: route.method,
    url: `${apiPrefix}${path}${query === '' ? '' : `?${query}`}`,
    headers: {
      ...(authorization === '' ? {} : { authorization }),
      ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
  })
}
