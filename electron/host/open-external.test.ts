import { describe, expect, it } from 'vitest'
import { externalAddress } from './open-external.ts'

const remote = 'https://backup.example.com'
const local = 'http://127.0.0.1:8443'

describe('an address for the person’s own browser', () => {
  it.each([
    ['https://restic.net/docs', 'https://restic.net/docs'],
    ['HTTPS://Example.com', 'https://example.com/'],
    ['mailto:help@example.com?subject=Help', 'mailto:help@example.com?subject=Help'],
  ])('%s is opened', (address, opened) => {
    expect(externalAddress(address, remote)).toBe(opened)
    expect(externalAddress(address, null)).toBe(opened)
  })

  it.each([
    'http://example.com',
    'file:///etc/passwd',
    'smb://evil/share',
    'javascript:alert(1)',
    'ms-msdt:/id',
    'holdfast://open/home',
    'https://user:password@example.com',
    'mailto:a@example.com?attach=/etc/passwd',
    'data:text/html,hi',
    'C:\\Windows\\System32\\calc.exe',
    '',
  ])('%s is refused', (address) => {
    for (const server of [null, remote, local]) {
      expect(() => externalAddress(address, server)).toThrow('Only https and mailto')
    }
  })

  it('over plain http is opened on the port of the own server of this computer only', () => {
    const page = 'http://localhost:8443/passkey?lang=de#token'
    expect(externalAddress(page, local)).toBe(page)
    for (const [address, server] of [
      ['http://localhost:8444/passkey', local],
      ['http://localhost.example.com:8443/passkey', local],
      ['http://192.0.2.7:8443/passkey', local],
      ['http://user@localhost:8443/passkey', local],
      [page, remote],
      [page, 'http://backup.example.com:8443'],
      [page, null],
    ] as const) {
      expect(() => externalAddress(address, server), `${address} ${server}`).toThrow('Only https and mailto')
    }
  })
})
