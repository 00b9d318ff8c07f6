import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { Device } from '../../shared/model/account.ts'
import { deviceIdSchema } from '../../shared/model/ids.ts'
import type { CallOf } from '../../shared/routes.ts'
import { coreParts, scriptedServer, type CoreParts } from '../session/core.fixture.ts'
import { deviceHandlers, deviceName } from './device-handlers.ts'
import { newDeviceKey, publicKeyOf, signText } from './device-key.ts'

const at = '2026-01-05T08:00:00.000Z'
const refuse = (code: ErrorCode) => () => Promise.reject(new AppError(code, 'Refused.'))

function device(letter: string, revokedAt: string | null = null): Device {
  return {
    id: deviceIdSchema.parse(`dev_${letter.repeat(22)}`),
    name: 'pc',
    platform: 'linux-x64',
    enrolledAt: at,
    lastSeenAt: null,
    lastAddress: null,
    revokedAt,
    trustedUntil: null,
  }
}

function isSigned(publicKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}

let core: CoreParts
let handlers: ReturnType<typeof deviceHandlers>
let enrolled: CallOf<'enrolDevice'>[]
beforeEach(async () => {
  core = await coreParts()
  handlers = deviceHandlers(core)
  enrolled = []
  await core.session.keep({ address: core.server().address, token: 't', scope: 'full', expiresAt: at })
  core.server().script = {
    nonce: () => ({ nonce: 'nonce-1', expiresAt: at }),
    enrolDevice: (input) => {
      enrolled.push(input)
      return { device: device('a') }
    },
  }
})
afterEach(() => core.remove())

describe('a device key', () => {
  it('signs as RFC 8032 has it (test 2: one byte)', () => {
    const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'
    const pkcs8 = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64url')
    expect(Buffer.from(publicKeyOf(pkcs8), 'base64url').toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    )
    expect(Buffer.from(signText(pkcs8, '\x72'), 'base64url').toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  it('is another one each time', () => {
    expect(newDeviceKey().publicKey).not.toBe(newDeviceKey().publicKey)
  })
})

describe('enrolling this computer', () => {
  it('makes a key, proves it, and keeps the private half in the secret store only', async () => {
    await handlers['devices.enrol']({ name: 'my pc' })
    const [input] = enrolled
    const { publicKey = '', signature = '', ...named } = input ?? {}
    const at = { nonce: 'nonce-1', serverAddress: 'https://cbs.example' }
    expect(named).toMatchObject(at)
    expect(isSigned(publicKey, deviceProof.enrol({ ...at, publicKey }), signature)).toBe(true)
    expect(publicKeyOf((await core.secrets.read('device-key')) ?? '')).toBe(publicKey)
    expect(core.profile.settings().device).toEqual({ id: device('a').id, name: 'pc' })
  })

  it('does nothing when it is enrolled already', async () => {
    await handlers['devices.enrol']({})
    const key = await core.secrets.read('device-key')
    core.server().script.devices = () => ({ devices: [device('b'), device('a')] })
    core.server().script.deviceSets = () => ({ backupSets: [] })
    expect(await handlers['devices.enrol']({})).toEqual({ device: device('a') })
    expect([enrolled.length, await core.secrets.read('device-key')]).toEqual([1, key])
  })

  it('makes a new key when this computer was revoked', async () => {
    await handlers['devices.enrol']({})
    const key = await core.secrets.read('device-key')
    core.server().script.devices = () => ({ devices: [device('a', at)] })
    await handlers['devices.enrol']({})
    expect(enrolled).toHaveLength(2)
    expect(await core.secrets.read('device-key')).not.toBe(key)
  })

  it('makes a new key when the server does not take this computer’s proofs at its new address', async () => {
    await handlers['devices.enrol']({})
    core.server().script.devices = () => ({ devices: [device('a')] })
    core.server().script.deviceSets = refuse('DEVICE_UNKNOWN')
    await handlers['devices.enrol']({})
    expect(enrolled).toHaveLength(2)
  })

  it('makes a new key when the old one is gone from the store', async () => {
    await handlers['devices.enrol']({})
    await core.secrets.erase('device-key')
    core.server().script.devices = () => ({ devices: [device('a')] })
    await handlers['devices.enrol']({})
    expect(enrolled).toHaveLength(2)
  })

  it('is refused while this profile runs the backups of another account, and keeps that key', async () => {
    await handlers['devices.enrol']({})
    const key = await core.secrets.read('device-key')
    core.server().script = {
      ...core.server().script,
      devices: () => ({ devices: [] }),
      deviceSets: () => ({ backupSets: [] }),
    }
    await expect(handlers['devices.enrol']({})).rejects.toMatchObject({ code: 'CONFLICT' })
    expect([enrolled.length, await core.secrets.read('device-key')]).toEqual([1, key])
  })

  it('starts anew at a server that has never heard of this computer', async () => {
    await handlers['devices.enrol']({})
    core.server().script = {
      ...core.server().script,
      devices: () => ({ devices: [] }),
      deviceSets: refuse('DEVICE_UNKNOWN'),
    }
    await handlers['devices.enrol']({})
    expect(enrolled).toHaveLength(2)
  })

  it('fails, and leaves the old state, when the server wants a second factor first', async () => {
    core.server().script.enrolDevice = refuse('STEP_UP_REQUIRED')
    await expect(handlers['devices.enrol']({})).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect([core.profile.settings().device, await core.secrets.read('device-key')]).toEqual([null, undefined])
  })

  it('does not begin while the secret store is locked', async () => {
    core.secrets.failNext('read', 'SECRET_STORE_LOCKED')
    await expect(handlers['devices.enrol']({})).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
    expect(enrolled).toEqual([])
  })
})

describe('revoking', () => {
  beforeEach(async () => {
    await handlers['devices.enrol']({})
    core.server().script.revokeDevice = () => ({ done: true })
  })

  it('needs a step-up for that very computer', async () => {
    core.session.holdGrant({ kind: 'revoke-device', deviceId: device('b').id }, 'grant-b')
    await expect(handlers['devices.revoke']({ deviceId: device('a').id })).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
      details: { operation: 'revoke-device', deviceId: device('a').id },
    })
  })

  it('this computer erases its key here', async () => {
    core.session.holdGrant({ kind: 'revoke-device', deviceId: device('a').id }, 'grant-a')
    await handlers['devices.revoke']({ deviceId: device('a').id })
    expect([core.profile.settings().device, await core.secrets.read('device-key')]).toEqual([null, undefined])
  })

  it('another computer leaves this one as it is', async () => {
    core.session.holdGrant({ kind: 'revoke-device', deviceId: device('b').id }, 'grant-b')
    await handlers['devices.revoke']({ deviceId: device('b').id })
    expect(core.profile.settings().device?.id).toBe(device('a').id)
  })
})

describe('this computer’s identity', () => {
  it('proves itself over a fresh nonce each time', async () => {
    await handlers['devices.enrol']({})
    const proof = await core.device.prove(deviceProof.sets)
    const publicKey = enrolled[0]?.publicKey ?? ''
    const named = { nonce: 'nonce-1', deviceId: device('a').id, serverAddress: 'https://cbs.example' }
    expect(isSigned(publicKey, deviceProof.sets(named), proof.signature)).toBe(true)
  })

  it('signs for the server that it speaks to, whoever’s nonce that one passes on', async () => {
    await handlers['devices.enrol']({})
    const evil = scriptedServer('https://evil.example')
    evil.script.nonce = () => ({ nonce: 'nonce-of-cbs', expiresAt: at })
    core.servers.current = evil
    const proof = await core.device.prove(deviceProof.sets)
    expect(proof.serverAddress).toBe('https://evil.example')
    const publicKey = enrolled[0]?.publicKey ?? ''
    const ours = { nonce: 'nonce-of-cbs', deviceId: device('a').id, serverAddress: 'https://cbs.example' }
    expect(isSigned(publicKey, deviceProof.sets(ours), proof.signature)).toBe(false)
    expect(isSigned(publicKey, deviceProof.sets(proof), proof.signature)).toBe(true)
  })

  it('is none before enrolment, and without its key', async () => {
    expect(() => core.device.deviceId()).toThrow(expect.objectContaining({ code: 'NOT_SET_UP' }))
    await expect(core.device.sign('x')).rejects.toMatchObject({ code: 'NOT_SET_UP' })
    await handlers['devices.enrol']({})
    await core.secrets.erase('device-key')
    await expect(core.device.sign('x')).rejects.toMatchObject({ code: 'NOT_SET_UP' })
  })

  it('is not taken for missing while the store is locked', async () => {
    await handlers['devices.enrol']({})
    core.secrets.failNext('read', 'SECRET_STORE_LOCKED')
    await expect(core.device.sign('x')).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
  })
})

describe('a computer’s name', () => {
  it.each([
    ['pc', 'pc'],
    ['  pc\u0000\n ', 'pc'],
    ['', 'This computer'],
    ['x'.repeat(200), 'x'.repeat(60)],
  ])('of host %j is %j', (host, name) => {
    expect(deviceName(host)).toBe(name)
  })
})
