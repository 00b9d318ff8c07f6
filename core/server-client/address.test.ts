import { describe, expect, it } from 'vitest'
import { serverAddress } from './address.ts'

describe('the server’s address', () => {
  it.each([
    ['cbs.example', 'https://cbs.example'],
    ['cbs.example:8443', 'https://cbs.example:8443'],
    ['  https://CBS.Example/  ', 'https://cbs.example'],
    ['https://cbs.example:443', 'https://cbs.example'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443'],
    ['http://127.0.0.1:8443', 'http://127.0.0.1:8443'],
    ['http://127.8.8.8', 'http://127.8.8.8'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('%s is %s', (typed, address) => {
    expect(serverAddress(typed, false)).toBe(address)
  })

  it.each([
    'http://cbs.example',
    'http://192.168.1.5:8443',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://0.0.0.0:1',
  ])('%s is refused, because everybody on the way could read the password', (typed) => {
    expect(() => serverAddress(typed, false)).toThrow(expect.objectContaining({ code: 'SERVER_INSECURE' }))
  })

  it('is plain HTTP when that was allowed', () => {
    expect(serverAddress('http://192.168.1.5:8443', true)).toBe('http://192.168.1.5:8443')
  })

  it.each([
    '',
    'https://',
    'ftp://cbs.example',
    'file:///etc/passwd',
    'https://ann:secret@cbs.example',
    'https://cbs.example/path',
    'https://cbs.example/?q=1',
    'https://cbs.example/#x',
    'two words',
  ])('%j is refused and not quoted', (typed) => {
    expect(() => serverAddress(typed, true)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.not.stringContaining('secret') as string,
      }),
    )
  })
})
