import { describe, expect, it } from 'vitest'
import { proxySettingsSchema, type ProxySettings } from '../../shared/model/proxy.ts'
import { isException } from './exceptions.ts'
import { proxyAddress } from './proxy-address.ts'
import { proxyRoute, proxyWithCredentials } from './proxy-route.ts'

const system: ProxySettings = { kind: 'system' }
const target = new URL('https://backup.example:8443')
const manual = (more: object = {}): ProxySettings =>
  proxySettingsSchema.parse({ kind: 'manual', address: 'http://proxy.example:3128', ...more })

describe('the way to the server', () => {
  it('by the system is what the environment says for that scheme', () => {
    const environment = { HTTPS_PROXY: 'http://secure.example:1', HTTP_PROXY: 'plain.example:2' }
    expect(proxyRoute(target, system, null, environment)?.address).toBe('http://secure.example:1')
    expect(proxyRoute(new URL('http://backup.example'), system, null, environment)?.address).toBe(
      'http://plain.example:2',
    )
    expect(proxyRoute(target, system, null, { HTTPS_PROXY: '', https_proxy: 'small.example' })?.address).toBe(
      'http://small.example',
    )
    expect(proxyRoute(target, system, null, {})).toBeNull()
  })

  it('takes login name and password out of a variable', () => {
    const environment = { HTTPS_PROXY: 'http://ann:p%40ss@proxy.example:3128' }
    expect(proxyRoute(target, system, null, environment)).toEqual({
      address: 'http://proxy.example:3128',
      loginName: 'ann',
      password: 'p@ss',
    })
  })

  it('is direct where a person chose that, whatever the environment says', () => {
    expect(proxyRoute(target, { kind: 'none' }, null, { HTTPS_PROXY: 'http://proxy.example' })).toBeNull()
  })

  it('is the chosen proxy, whatever the environment says', () => {
    const environment = { HTTPS_PROXY: 'http://other.example', NO_PROXY: '*' }
    expect(proxyRoute(target, manual({ loginName: 'ann' }), 'pw', environment)).toEqual({
      address: 'http://proxy.example:3128',
      loginName: 'ann',
      password: 'pw',
    })
  })

  it('shows no password to a proxy that was given no login name', () => {
    expect(proxyRoute(target, manual(), 'pw', {})?.password).toBeNull()
  })

  it.each(['http://localhost:8080', 'https://127.0.0.1:1', 'https://[::1]:1', 'https://127.9.9.9'])(
    'to this computer (%s) never leads through a proxy',
    (address) => {
      const environment = { HTTPS_PROXY: 'http://proxy.example', HTTP_PROXY: 'http://proxy.example' }
      expect(proxyRoute(new URL(address), system, null, environment)).toBeNull()
      expect(proxyRoute(new URL(address), manual(), null, {})).toBeNull()
    },
  )

  it('goes round the proxy for exceptions, of the environment and of a person', () => {
    const environment = { HTTPS_PROXY: 'http://proxy.example', NO_PROXY: 'intranet, .example' }
    expect(proxyRoute(target, system, null, environment)).toBeNull()
    expect(proxyRoute(target, manual({ exceptions: ['backup.example'] }), null, {})).toBeNull()
  })

  it('does not become direct by a proxy of another kind', () => {
    expect(proxyRoute(target, system, null, { HTTPS_PROXY: 'socks5://proxy.example:1080' })).toMatchObject({
      address: 'socks5://proxy.example:1080',
    })
  })

  it('is given to restic with what it needs escaped', () => {
    const route = { address: 'http://proxy.example:3128', loginName: 'dom\\ann', password: 'p@ss:/word' }
    expect(proxyWithCredentials(route)).toBe('http://dom%5Cann:p%40ss%3A%2Fword@proxy.example:3128')
    expect(proxyWithCredentials({ ...route, loginName: null })).toBe('http://proxy.example:3128')
  })
})

describe('an exception', () => {
  it.each([
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://a.b.example.com', true],
    ['example.com', 'https://badexample.com', false],
    ['.example.com', 'https://a.example.com', true],
    ['.example.com', 'https://example.com', false],
    ['*.example.com', 'https://a.example.com', true],
    ['EXAMPLE.com', 'https://Example.COM', true],
    ['example.com:8443', 'https://example.com:8443', true],
    ['example.com:8443', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['192.0.2.7', 'https://192.0.2.7', true],
    ['192.0.2.7', 'https://192.0.2.70', false],
    ['192.0.2.7:8443', 'https://192.0.2.7:8443', true],
    ['192.0.2.0/24', 'https://192.0.2.200', true],
    ['192.0.2.0/24', 'https://192.0.3.1', false],
    ['192.0.2.0/99', 'https://192.0.2.1', false],
    ['192.0.2.0/24', 'https://a.example', false],
    ['2001:db8::/32', 'https://[2001:db8::1]', true],
    ['2001:db8:0:0::1', 'https://[2001:db8::1]', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
    ['*', 'https://anything.example', true],
    ['', 'https://anything.example', false],
  ])('%j of %s: %s', (exception, address, is) => {
    expect(isException(new URL(address), [exception])).toBe(is)
  })
})

describe('a proxy’s address', () => {
  it.each([
    ['proxy.example:3128', 'http://proxy.example:3128'],
    ['  HTTPS://Proxy.Example/ ', 'https://proxy.example'],
    ['192.0.2.1:8080', 'http://192.0.2.1:8080'],
  ])('%s is %s', (typed, address) => {
    expect(proxyAddress(typed)).toBe(address)
  })

  it.each(['', 'socks5://proxy.example', 'http://ann:secret@proxy.example', 'http://proxy.example/x', 'a b'])(
    '%j is refused and not quoted',
    (typed) => {
      expect(() => proxyAddress(typed)).toThrow(
        expect.objectContaining({
          code: 'INPUT_INVALID',
          message: expect.not.stringContaining('secret') as string,
        }),
      )
    },
  )
})
