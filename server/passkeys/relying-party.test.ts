import { describe, expect, it } from 'vitest'
import { serverConfigSchema } from '../config.ts'
import { relyingPartyOf } from './relying-party.ts'

const partyOf = (publicAddress: string | null) =>
  relyingPartyOf(serverConfigSchema.parse({ name: 'Test CBS', publicAddress }))

describe('the relying party', () => {
  it('is the host of the public address, and its pages are those of that origin', () => {
    expect(partyOf('https://backup.example.com')).toEqual({
      id: 'backup.example.com',
      origin: 'https://backup.example.com',
      name: 'Test CBS',
    })
    expect(partyOf('https://backup.example.com:8443/')?.origin).toBe('https://backup.example.com:8443')
  })

  it('is localhost with plain HTTP too, which browsers take for secure', () => {
    expect(partyOf('http://localhost:8443')).toMatchObject({
      id: 'localhost',
      origin: 'http://localhost:8443',
    })
  })

  it('is nobody without an address, and for an address that has no domain', () => {
    for (const address of [null, 'https://192.0.2.7', 'https://[2001:db8::7]:8443'])
      expect(partyOf(address)).toBeNull()
  })

  it.each([
    'http://backup.example.com',
    'ftp://backup.example.com',
    'https://backup.example.com/cbs',
    'https://user:word@backup.example.com',
    'https://backup.example.com/?a=b',
    'https://backup.example.com/#a',
    'backup.example.com',
  ])('is not made of %s', (publicAddress) => {
    expect(serverConfigSchema.safeParse({ publicAddress }).success).toBe(false)
  })
})
