import { BlockList, isIP } from 'node:net'

/**
 * Whether an address is reached without the proxy. Read as Go reads NO_PROXY, so that restic and we agree
 * (https://pkg.go.dev/golang.org/x/net/http/httpproxy): `example.com` means the name and all below it,
 * `.example.com` and `*.example.com` only what is below, `192.0.2.0/24` a network, `*` everything; a `:port`
 * narrows a name or an address down to it.
 */
export function isException(target: URL, exceptions: readonly string[]): boolean {
  const host = bare(target.hostname)
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port
  return exceptions.some((each) => fits(each.trim().toLowerCase(), host, port))
}

/** Names and addresses that never leave this computer (RFC 6761 6.3, RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
export function isThisComputer(hostname: string): boolean {
  const host = bare(hostname)
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function fits(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true
  if (exception === '') return false
  if (isIP(host) !== 0 && exception.includes('/')) return isInNetwork(host, exception)
  const { name, only } = withoutPort(exception)
  if (only !== undefined && only !== port) return false
  if (isIP(host) !== 0) return sameAddress(name, host)
  const below = name.startsWith('*.') ? name.slice(1) : name.startsWith('.') ? name : `.${name}`
  return host.endsWith(below) || (name === host && !name.startsWith('.'))
}

function withoutPort(exception: string): { name: string; only: string | undefined } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(exception)
  if (bracketed !== null) return { name: bracketed[1] ?? '', only: bracketed[2] }
  const plain = /^([^:]+):(\d+)$/.exec(exception)
  return plain === null ? { name: exception, only: undefined } : { name: plain[1] ?? '', only: plain[2] }
}

function isInNetwork(host: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/')
  const family = isIP(base)
  const length = Number(bits)
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false
  if (length > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(base, length, kind)
  return list.check(host, kind)
}

function sameAddress(a: string, b: string): boolean {
  return isIP(a) !== 0 && isIP(a) === isIP(b) && isInNetwork(a, `${b}/${isIP(b) === 4 ? 32 : 128}`)
}

function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, '')
}
