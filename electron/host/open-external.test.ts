import { describe, expect, it } from 'vitest'
import { externalAddress } from './open-external.ts'

describe('an address for the person’s own browser', () => {
  it.each([
    ['https://restic.net/docs', 'https://restic.net/docs'],
    ['HTTPS://Example.com', 'https://example.com/'],
    ['mailto:help@example.com?subject=Help', 'mailto:help@example.com?subject=Help'],
  ])('%s is opened', (address, opened) => {
    expect(externalAddress(address)).toBe(opened)
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
    expect(() => externalAddress(address)).toThrow('Only https and mailto')
  })
})
