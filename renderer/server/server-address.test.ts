import { describe, expect, it } from 'vitest'
import { addressOf, isPort, partsOf } from './server-address.ts'

describe('a server’s address', () => {
  it.each([
    ['https://backup.example.com:8443', 'https://backup.example.com', '8443'],
    ['backup.example.com:8443', 'backup.example.com', '8443'],
    ['http://[2001:db8::1]:8080/', 'http://[2001:db8::1]', '8080'],
    ['https://backup.example.com', 'https://backup.example.com', ''],
    ['https://backup.example.com:443', 'https://backup.example.com:443', ''],
    ['https://backup.example.com:8443/path', 'https://backup.example.com:8443/path', ''],
    ['backup', 'backup', ''],
    ['', '', ''],
  ])('%j is shown as %j and the port %j', (text, address, port) => {
    expect(partsOf(text)).toEqual({ address, port })
  })

  it.each([
    ['https://backup.example.com', '8443', 'https://backup.example.com:8443'],
    ['backup.example.com/', '8443', 'backup.example.com:8443'],
    ['backup.example.com:1', '8443', 'backup.example.com:8443'],
    ['backup.example.com:1', '', 'backup.example.com:1'],
    ['[2001:db8::1]', '8443', '[2001:db8::1]:8443'],
    ['', '8443', ''],
  ])('%j with the port %j is %j', (address, port, whole) => {
    expect(addressOf({ address, port })).toBe(whole)
  })

  it.each([
    ['', true],
    ['1', true],
    ['65535', true],
    ['65536', false],
    ['0', false],
    ['-1', false],
    ['80a', false],
  ])('has a port %j: %s', (port, is) => {
    expect(isPort(port)).toBe(is)
  })
})
