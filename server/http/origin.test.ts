import { describe, expect, it } from 'vitest'
import { isLoopback, isLoopbackHost, originOf } from './origin.ts'

describe('the network that limits count', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(originOf(address, undefined).network).toBe(network)
  })
})

it('an address that is none falls back to the connection’s', () => {
  expect(originOf('nonsense', '::ffff:10.0.0.1').address).toBe('10.0.0.1')
  expect(originOf(undefined, '10.0.0.2').address).toBe('10.0.0.2')
})

it('loopback is 127.0.0.0/8 and ::1, in every spelling', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['128.0.0.1', '0.0.0.0', '::', '127.evil.example', ''].map(isLoopback)).toEqual(Array(5).fill(false))
  expect(isLoopbackHost('localhost')).toBe(true)
  expect(isLoopbackHost('localhost.evil.example')).toBe(false)
})
