import { generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { errorCodeOf } from '../objects/error-code.fixture.ts'
import {
  publicCall,
  serverAddress,
  startWorld,
  type Computer,
  type Person,
  type World,
} from '../storage/world.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { proveDevice, type DeviceProof } from './device-proof.ts'
import { nonceLifeMs } from './nonces.ts'

const evil = 'https://evil.example'
const otherAddresses = ['https://lan.cbs.example:8443']

describeOnEveryStore('a computer', (fresh) => {
  let clock: FakeClock
  let world: World
  let person: Person
  let computer: Computer

  beforeEach(async () => {
    clock = new FakeClock()
    world = await startWorld({ store: await (await fresh()).open(), clock, config: { otherAddresses } })
    person = await world.addPerson()
    computer = await person.addComputer()
  })
  afterEach(async () => {
    await world.close()
  })

  const setsProof = async (nonce?: string, to: string | undefined = serverAddress) => {
    const used = nonce ?? (await computer.newNonce())
    const named = { deviceId: computer.deviceId, nonce: used, serverAddress: to }
    return { ...named, signature: computer.signed(deviceProof.sets(named)) }
  }
  const boundTo = () => world.store.db.selectFrom('devices').select('serverAddress').execute()
  /** As clients from before prove themselves. */
  const olderProof = async () => {
    const named = { deviceId: computer.deviceId, nonce: await computer.newNonce() }
    return { ...named, signature: computer.signed(deviceProof.sets(named)) }
  }
  const prove = (proof: DeviceProof) =>
    world.store.transact([], (tx) => proveDevice(world.deps, tx, proof, deviceProof.sets(proof)))

  it('proves itself with a signature over a nonce', async () => {
    clock.advance(5000)
    const device = await prove(await setsProof())
    expect(device).toMatchObject({ id: computer.deviceId, userId: person.user.id, lastSeenAt: clock.nowMs() })
  })

  it('proves itself with each nonce once, even when twenty requests race', async () => {
    const proof = await setsProof()
    const codes = await Promise.all(
      Array.from({ length: 20 }, () =>
        prove(proof).then(
          () => 'proven',
          () => 'refused',
        ),
      ),
    )
    expect(codes.filter((code) => code === 'proven')).toHaveLength(1)
    expect(await errorCodeOf(prove(proof))).toBe('INPUT_INVALID')
  })

  it('proves nothing with a nonce that is too old, from the future, forged or of another server', async () => {
    const proof = await setsProof()
    clock.advance(nonceLifeMs)
    expect(await errorCodeOf(prove(proof))).toBe('INPUT_INVALID')
    clock.advance(-2 * nonceLifeMs)
    expect(await errorCodeOf(prove(proof))).toBe('INPUT_INVALID')
    const other = await startWorld({ clock })
    const [time = '', random = '', mac = ''] = (await computer.newNonce()).split('.')
    const later = (Number.parseInt(time, 36) + 1).toString(36)
    for (const nonce of [
      (await other.handlers.nonce({}, publicCall)).nonce,
      `${later}.${random}.${mac}`,
      `${time}.${random}.`,
      `${time}.${random}`,
      '..',
      'x',
    ])
      expect(await errorCodeOf(prove(await setsProof(nonce)))).toBe('INPUT_INVALID')
    await other.close()
  })

  it('does not use a nonce up by a wrong signature', async () => {
    const nonce = await computer.newNonce()
    const proof = await setsProof(nonce)
    const wrong = { ...proof, signature: computer.signed('something else') }
    expect(await errorCodeOf(prove(wrong))).toBe('DEVICE_UNKNOWN')
    expect((await prove(proof)).id).toBe(computer.deviceId)
  })

  it('cannot use a signature for another purpose, device or nonce', async () => {
    const { deviceId } = computer
    const nonce = await computer.newNonce()
    const other = await person.addComputer()
    for (const text of [
      deviceProof.signIn({ nonce, deviceId, serverAddress, loginName: 'ada' }),
      deviceProof.sets({ nonce, serverAddress, deviceId: other.deviceId }),
      deviceProof.sets({ nonce: await computer.newNonce(), serverAddress, deviceId }),
    ])
      expect(
        await errorCodeOf(prove({ deviceId, nonce, serverAddress, signature: computer.signed(text) })),
      ).toBe('DEVICE_UNKNOWN')
  })

  it('that was led to another server proves nothing here with the nonce that this one passes on', async () => {
    const relayed = await setsProof(undefined, evil)
    expect(await errorCodeOf(prove(relayed))).toBe('DEVICE_UNKNOWN')
    for (const changed of [serverAddress, undefined])
      expect(await errorCodeOf(prove({ ...relayed, serverAddress: changed }))).toBe('DEVICE_UNKNOWN')
    const lease = {
      ...(await computer.leaseProof((await computer.addSet()).id, 'maintenance')),
      serverAddress: evil,
    }
    const signature = computer.signed(deviceProof.lease(lease))
    expect(await errorCodeOf(world.handlers.deviceLease({ ...lease, signature }, publicCall))).toBe(
      'DEVICE_UNKNOWN',
    )
    expect((await prove(await setsProof())).id).toBe(computer.deviceId)
  })

  it('of a client from before proves itself without a server’s name until it has named one, and never again', async () => {
    await world.store.db.updateTable('devices').set({ serverAddress: null }).execute()
    expect((await prove(await olderProof())).id).toBe(computer.deviceId)
    await prove(await setsProof())
    expect(await boundTo()).toEqual([{ serverAddress }])
    expect(await errorCodeOf(prove(await olderProof()))).toBe('DEVICE_UNKNOWN')
    expect(await errorCodeOf(prove(await setsProof(undefined, evil)))).toBe('DEVICE_UNKNOWN')
    expect((await prove(await setsProof())).id).toBe(computer.deviceId)
  })

  it('counts at every address that the configuration file names, and stays where it was enrolled', async () => {
    for (const to of [...otherAddresses, serverAddress])
      expect((await prove(await setsProof(undefined, to))).id).toBe(computer.deviceId)
    expect(await boundTo()).toEqual([{ serverAddress }])
    expect(await errorCodeOf(prove(await setsProof(undefined, 'https://lan.cbs.example')))).toBe(
      'DEVICE_UNKNOWN',
    )
  })

  it('that is unknown and one whose signature is wrong look the same', async () => {
    const proof = await setsProof()
    const unknown = { ...proof, deviceId: 'dev_AAAAAAAAAAAAAAAAAAAAAA' as typeof proof.deviceId }
    const wrong = { ...proof, signature: 'A'.repeat(86) }
    const problems = await Promise.all(
      [unknown, wrong].map((each) => prove(each).catch((error: unknown) => error)),
    )
    expect(problems[0]).toEqual(problems[1])
  })

  it('is enrolled by whoever holds its key, once, and for one account', async () => {
    const bob = await world.addPerson('bob')
    const input = {
      name: 'laptop',
      platform: 'linux',
      publicKey: computer.publicKey,
      nonce: await computer.newNonce(),
      serverAddress,
    }
    const signature = computer.signed(deviceProof.enrol(input))
    expect(await errorCodeOf(world.handlers.enrolDevice({ ...input, signature }, bob.call))).toBe('CONFLICT')
    const stranger = generateKeyPairSync('ed25519')
    const forged = sign(null, Buffer.from(deviceProof.enrol(input)), stranger.privateKey).toString(
      'base64url',
    )
    expect(await errorCodeOf(world.handlers.enrolDevice({ ...input, signature: forged }, bob.call))).toBe(
      'DEVICE_UNKNOWN',
    )
    expect((await world.handlers.devices({}, bob.call)).devices).toEqual([])
  })

  it('is revoked with a grant for exactly it, by its own user; its leases end at once', async () => {
    const set = await computer.addSet()
    const lease = await set.start('backup')
    const other = await person.addComputer()
    const bob = await world.addPerson('bob')
    const { deviceId } = computer
    const revoke = (grantToken: string, call = person.call) =>
      world.handlers.revokeDevice({ deviceId, grantToken }, call)
    expect(await errorCodeOf(revoke('none'))).toBe('STEP_UP_REQUIRED')
    const wrong = await person.grant({ kind: 'revoke-device', deviceId: other.deviceId })
    expect(await errorCodeOf(revoke(wrong))).toBe('STEP_UP_REQUIRED')
    const foreign = await bob.grant({ kind: 'revoke-device', deviceId })
    expect(await errorCodeOf(revoke(foreign, bob.call))).toBe('NOT_FOUND')
    expect(await world.rest(lease).status('GET', 'data/')).toBe(200)

    expect(await revoke(await person.grant({ kind: 'revoke-device', deviceId }))).toEqual({ done: true })
    expect(await world.rest(lease).status('GET', 'data/')).toBe(403)
    expect(await errorCodeOf(prove(await setsProof()))).toBe('DEVICE_REVOKED')
    expect(await errorCodeOf(set.start('backup'))).toBe('DEVICE_REVOKED')
    const { devices } = await world.handlers.devices({}, person.call)
    expect(devices.find((each) => each.id === deviceId)?.revokedAt).not.toBeNull()
    expect(devices.find((each) => each.id === other.deviceId)?.revokedAt).toBeNull()
  })

  it('that is revoked tells so only to who holds its key', async () => {
    await world.store.db.updateTable('devices').set({ revokedAt: clock.nowMs() }).execute()
    const proof = await setsProof()
    expect(await errorCodeOf(prove({ ...proof, signature: 'A'.repeat(86) }))).toBe('DEVICE_UNKNOWN')
  })
})
