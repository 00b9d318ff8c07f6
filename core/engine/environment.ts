import { proxyWithCredentials, type ProxyRoute } from '../proxy/proxy-route.ts'
import type { Engine } from './engine.ts'

/** Where a repository is and what opens it. Secrets travel by environment only. */
export type Repository =
  | {
      readonly kind: 'server'
      /** The server's address, `https://host[:port]`. */
      readonly address: string
      /** Path of the repository below it; ends in a slash. */
      readonly path: string
      readonly user: string
      readonly secret: string
      /** PEM file of a private certificate authority. */
      readonly caFile: string | null
      /** The proxy on the way there; null = none, whatever our own environment says. */
      readonly proxy: ProxyRoute | null
      readonly password: string
      readonly cacheFolder: string
    }
  | {
      readonly kind: 'folder'
      readonly path: string
      readonly password: string
      readonly cacheFolder: string
    }

/**
 * What a child needs of our own environment: to find programs, its home, its language, temporary folders,
 * certificates and proxies. Everything else, ours or foreign, stays here.
 */
const passedOn = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TMP',
  'TEMP',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'GOMAXPROCS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'LOCALAPPDATA',
  'APPDATA',
  'PROGRAMDATA',
])

type Environment = Readonly<Record<string, string | undefined>>

export function minimalEnvironment(own: Environment): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && passedOn.has(name.toUpperCase())) kept[name] = value
  }
  return kept
}

/** The environment that restic runs in (https://restic.readthedocs.io/en/stable/040_backup.html#environment-variables). */
export function resticEnvironment(
  engine: Engine,
  repository: Repository,
  own: Environment,
): Record<string, string> {
  const environment = minimalEnvironment(own)
  environment['RESTIC_PASSWORD'] = repository.password
  environment['RESTIC_CACHE_DIR'] = repository.cacheFolder
  // Five status lines a second; the default is sixty.
  environment['RESTIC_PROGRESS_FPS'] = '5'
  if (repository.kind === 'folder') {
    environment['RESTIC_REPOSITORY'] = repository.path
    return environment
  }
  setProxy(environment, repository.proxy)
  const address = new URL(repository.path, repository.address)
  if (engine.features.restCredentialsByEnvironment) {
    environment['RESTIC_REST_USERNAME'] = repository.user
    environment['RESTIC_REST_PASSWORD'] = repository.secret
  } else {
    address.username = repository.user
    address.password = repository.secret
  }
  environment['RESTIC_REPOSITORY'] = `rest:${address.href}`
  return environment
}

/** restic takes the way that we take: Go reads these variables, in capitals and in small letters. */
function setProxy(environment: Record<string, string>, proxy: ProxyRoute | null): void {
  for (const name of Object.keys(environment)) {
    if (/^(?:https?|no)_proxy$/i.test(name)) Reflect.deleteProperty(environment, name)
  }
  if (proxy === null) return
  environment['HTTPS_PROXY'] = proxyWithCredentials(proxy)
  environment['HTTP_PROXY'] = proxyWithCredentials(proxy)
}

/** Everything that must not show up in a log or a message. */
export function secretsOf(repository: Repository): string[] {
  if (repository.kind === 'folder') return [repository.password]
  const { password, secret, proxy } = repository
  return [password, secret, ...(proxy === null || proxy.password === null ? [] : [proxy.password])]
}
