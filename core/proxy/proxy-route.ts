import type { ProxySettings } from '../../shared/model/proxy.ts'
import { isException, isThisComputer } from './exceptions.ts'
import { parsedUrl } from './parsed-url.ts'

/** A proxy on the way to the server, with what it wants to know. Never for a log: the password is in it. */
export interface ProxyRoute {
  /** Scheme, host and port. */
  readonly address: string
  readonly loginName: string | null
  readonly password: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The one decision how a server is reached. The API client and restic both follow it, so that nothing goes
 * another way. This computer itself is never reached through a proxy, which would only send it to the proxy's.
 *
 * @param password the kept one of a manual proxy
 * @returns null when the server is reached directly
 */
export function proxyRoute(
  target: URL,
  settings: ProxySettings,
  password: string | null,
  environment: Environment,
): ProxyRoute | null {
  if (settings.kind === 'none' || isThisComputer(target.hostname)) return null
  if (settings.kind === 'system') return routeOfEnvironment(target, environment)
  if (isException(target, settings.exceptions)) return null
  const { address, loginName } = settings
  return { address, loginName, password: loginName === null ? null : password }
}

/** `user:password@` of a variable is for the proxy, and goes nowhere else. */
function routeOfEnvironment(target: URL, environment: Environment): ProxyRoute | null {
  const name = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const text = variable(environment, name)
  if (text === undefined) return null
  if (isException(target, (variable(environment, 'NO_PROXY') ?? '').split(','))) return null
  const url = parsedUrl(text.includes('://') ? text : `http://${text}`)
  // What is no proxy of ours (socks5://…) must not become a way round it: the connection then fails by name.
  if (url === null) return { address: text, loginName: null, password: null }
  const loginName = url.username === '' ? null : decodeURIComponent(url.username)
  const address = `${url.protocol}//${url.host}`
  return { address, loginName, password: loginName === null ? null : decodeURIComponent(url.password) }
}

/** Capitals first, as Go looks; an empty variable is none. */
function variable(environment: Environment, name: string): string | undefined {
  return [environment[name], environment[name.toLowerCase()]].find(
    (each) => each !== undefined && each !== '',
  )
}

/** `host:port` for people. */
export function proxyHost({ address }: ProxyRoute): string {
  return parsedUrl(address)?.host ?? 'the proxy'
}

/** The proxy's address with everything in it, for restic's environment. A secret. */
export function proxyWithCredentials({ address, loginName, password }: ProxyRoute): string {
  const url = parsedUrl(address)
  if (url === null || loginName === null) return address
  const who = `${encodeURIComponent(loginName)}:${encodeURIComponent(password ?? '')}@`
  return `${url.protocol}//${who}${url.host}`
}

/** RFC 7617 2. */
export function proxyAuthorization({ loginName, password }: ProxyRoute): string | undefined {
  if (loginName === null) return undefined
  return `Basic ${Buffer.from(`${loginName}:${password ?? ''}`).toString('base64')}`
}
