import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock, isoOf } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import type { Lease } from '../../shared/model/lease.ts'
import { errorCodeOf } from '../objects/error-code.fixture.ts'
import {
  definitionWith,
  initialise,
  publicCall,
  serverAddress,
  startWorld,
  type BackupSetOfTest,
  type Computer,
  type Person,
  type World,
} from '../storage/world.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { leaseLifeMs } from './alive-leases.ts'
import { authenticateLease } from './leases.ts'
import { reportWith } from './report.fixture.ts'

describeOnEveryStore('a lease', (fresh) => {
  let clock: FakeClock
  let world: World
  let person: Person
  let computer: Computer
  let set: BackupSetOfTest

  beforeEach(async () => {
    clock = new FakeClock()
    world = await startWorld({ store: await (await fresh()).open(), clock })
    person = await world.addPerson()
    computer = await person.addComputer()
    set = await computer.addSet()
  })
  afterEach(async () => {
    await world.close()
  })

  const authenticate = (lease: Lease) => authenticateLease(world.deps, lease.id, lease.secret)
  const endingOf = (lease: Lease): Promise<string> =>
    authenticate(lease).then(
      () => 'alive',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
    )
  const restore = async () => set.restore(await person.grant({ kind: 'restore', backupSetId: set.id }))
  const call = async (lease: Lease) => ({
    caller: { lease: await authenticate(lease) },
    origin: publicCall.origin,
  })

  it('tells where its repository is, whether it is initialised, how long it lives, and its set', async () => {
    const lease = await set.start('backup')
    expect(lease).toMatchObject({
      kind: 'backup',
      repositoryPath: `/restic/${set.repositoryId}/`,
      isInitialised: false,
      heartbeatSeconds: 5,
      expiresAt: isoOf(clock.nowMs() + 60_000),
      backupSet: { id: set.id },
    })
    await initialise(world.rest(lease))
    expect((await set.browse()).isInitialised).toBe(true)
  })

  it('dies a minute after its last heartbeat', async () => {
    const lease = await set.start('backup')
    clock.advance(leaseLifeMs - 1)
    expect(await endingOf(lease)).toBe('alive')
    expect(await computer.heartbeat(lease, 1)).toEqual({
      expiresAt: isoOf(clock.nowMs() + leaseLifeMs),
      problem: null,
    })
    clock.advance(leaseLifeMs - 1)
    expect(await endingOf(lease)).toBe('alive')
    clock.advance(1)
    expect(await endingOf(lease)).toBe('LEASE_ENDED')
    expect(await errorCodeOf(computer.heartbeat(lease, 2))).toBe('LEASE_ENDED')
  })

  it('of a computer is kept alive only by its signature over a number that grows', async () => {
    const lease = await set.start('backup')
    await computer.heartbeat(lease, 3)
    for (const sequence of [3, 2])
      expect(await errorCodeOf(computer.heartbeat(lease, sequence))).toBe('CONFLICT')
    const thief = await call(lease)
    const { heartbeat } = world.handlers
    expect(await errorCodeOf(heartbeat({ sequence: 4 }, thief))).toBe('DEVICE_UNKNOWN')
    const beat = (of: Lease, sequence: number, to = serverAddress) =>
      computer.signed(deviceProof.heartbeat({ leaseId: of.id, sequence, serverAddress: to }))
    const steal = (signature: string, to = serverAddress) =>
      errorCodeOf(heartbeat({ sequence: 4, signature, serverAddress: to }, thief))
    expect(await steal(beat(lease, 3))).toBe('DEVICE_UNKNOWN')
    const otherLease = await (await computer.addSet()).start('backup')
    expect(await steal(beat(otherLease, 4))).toBe('DEVICE_UNKNOWN')
    const evil = 'https://evil.example'
    expect(await steal(beat(lease, 4, evil), evil)).toBe('DEVICE_UNKNOWN')
    expect(await steal(beat(lease, 4, evil))).toBe('DEVICE_UNKNOWN')
    const older = computer.signed(deviceProof.heartbeat({ leaseId: lease.id, sequence: 4 }))
    expect(await errorCodeOf(heartbeat({ sequence: 4, signature: older }, thief))).toBe('DEVICE_UNKNOWN')
    expect(await computer.heartbeat(lease, 4)).toMatchObject({ problem: null })
  })

  it('of a session is kept alive without a signature', async () => {
    const lease = await restore()
    clock.advance(50_000)
    await world.handlers.heartbeat({ sequence: 1 }, await call(lease))
    clock.advance(50_000)
    expect(await endingOf(lease)).toBe('alive')
  })

  it('of a computer ends its older one of the same set, of either kind, and none of another set', async () => {
    const other = await (await computer.addSet()).start('backup')
    const [browse, restoring] = [await set.browse(), await restore()]
    const first = await set.start('backup')
    const second = await set.start('maintenance')
    expect(await endingOf(first)).toBe('LEASE_ENDED')
    const third = await set.start('backup')
    expect(await endingOf(second)).toBe('LEASE_ENDED')
    for (const lease of [third, other, browse, restoring]) expect(await endingOf(lease)).toBe('alive')
  })

  it.each<[string, () => Promise<unknown>, { device: string; session: string }]>([
    [
      'its device is revoked',
      () => world.store.db.updateTable('devices').set({ revokedAt: clock.nowMs() }).execute(),
      { device: 'DEVICE_REVOKED', session: 'alive' },
    ],
    [
      'its session ends',
      () => world.store.db.updateTable('sessions').set({ endedAt: clock.nowMs() }).execute(),
      { device: 'alive', session: 'LEASE_ENDED' },
    ],
    [
      'its session reaches its hard end',
      () => world.store.db.updateTable('sessions').set({ expiresAt: clock.nowMs() }).execute(),
      { device: 'alive', session: 'LEASE_ENDED' },
    ],
    [
      'the account is suspended',
      () => world.store.db.updateTable('users').set({ status: 'suspended' }).execute(),
      { device: 'LEASE_ENDED', session: 'LEASE_ENDED' },
    ],
    [
      'the set is deleted',
      () => world.store.db.updateTable('backupSets').set({ deletedAt: clock.nowMs() }).execute(),
      { device: 'LEASE_ENDED', session: 'LEASE_ENDED' },
    ],
  ])('ends when %s', async (_case, happen, expected) => {
    const [device, session] = [await set.start('backup'), await restore()]
    await happen()
    expect({ device: await endingOf(device), session: await endingOf(session) }).toEqual(expected)
  })

  it('of a computer ends when the set moves to another one, which then gets its own', async () => {
    const lease = await set.start('backup')
    const other = await person.addComputer()
    await world.handlers.updateBackupSet(
      { backupSetId: set.id, definition: definitionWith(), version: 1, deviceId: other.deviceId },
      person.call,
    )
    expect(await endingOf(lease)).toBe('LEASE_ENDED')
    expect(await errorCodeOf(set.start('backup'))).toBe('NOT_FOUND')
    expect(await endingOf(await other.startLease(set.id, 'backup'))).toBe('alive')
  })

  it('needs a proof made for its set and kind', async () => {
    const other = await computer.addSet()
    const proof = await computer.leaseProof(set.id, 'backup')
    const { deviceLease } = world.handlers
    expect(await errorCodeOf(deviceLease({ ...proof, kind: 'maintenance' }, publicCall))).toBe(
      'DEVICE_UNKNOWN',
    )
    expect(await errorCodeOf(deviceLease({ ...proof, backupSetId: other.id }, publicCall))).toBe(
      'DEVICE_UNKNOWN',
    )
    expect((await deviceLease(proof, publicCall)).lease.kind).toBe('backup')
    expect(await errorCodeOf(deviceLease(proof, publicCall))).toBe('INPUT_INVALID')
  })

  it('is not given to computers of a suspended account, which are told so after their proof', async () => {
    await world.store.db.updateTable('users').set({ status: 'suspended' }).execute()
    expect(await errorCodeOf(set.start('backup'))).toBe('ACCOUNT_SUSPENDED')
  })

  it('has a secret that is stored only as its hash', async () => {
    const lease = await set.start('backup')
    expect(JSON.stringify(await world.store.db.selectFrom('leases').selectAll().execute())).not.toContain(
      lease.secret,
    )
    expect(await errorCodeOf(authenticateLease(world.deps, lease.id, 'x'))).toBe('LEASE_ENDED')
    expect(await errorCodeOf(authenticateLease(world.deps, "' or 1=1 --", lease.secret))).toBe('LEASE_ENDED')
  })

  it('removes the locks of dead runs when it starts, and leaves those of living ones', async () => {
    const living = await restore()
    const kept = await world.rest(living).add('locks', randomBytes(50))
    await world.rest(await set.start('backup')).add('locks', randomBytes(50))
    const next = world.rest(await set.start('backup'))
    expect(await next.names('locks')).toEqual([kept.name])
    clock.advance(leaseLifeMs)
    expect(await world.rest(await set.start('backup')).names('locks')).toEqual([])
  })

  it('ends with the report of its run, and once', async () => {
    const lease = await set.start('backup')
    const report = reportWith({ kind: 'backup', bytesAdded: 12 })
    const ended = await call(lease)
    const { run } = await world.handlers.endLease({ report }, ended)
    expect(run).toMatchObject({ ...report, backupSetId: set.id, deviceId: computer.deviceId })
    expect(await endingOf(lease)).toBe('LEASE_ENDED')
    expect(await errorCodeOf(world.handlers.endLease({ report }, ended))).toBe('LEASE_ENDED')
    expect((await world.handlers.runs({ backupSetId: set.id, limit: 10 }, person.call)).runs).toEqual([run])
  })

  it('does not report another kind of run than its own', async () => {
    const lease = await set.start('backup')
    const report = reportWith({ kind: 'restore' })
    expect(await errorCodeOf(world.handlers.endLease({ report }, await call(lease)))).toBe('INPUT_INVALID')
    expect(await endingOf(lease)).toBe('alive')
  })

  it('lets its holder declare packs of this run as folders, and those of no other run', async () => {
    const first = await set.start('backup')
    const older = (await world.rest(first).add('data', randomBytes(100))).name
    const lease = await set.start('backup')
    const client = world.rest(lease)
    const own = (await client.add('data', randomBytes(100))).name
    const index = (await client.add('index', randomBytes(100))).name
    const packs = [older, own, index, '0'.repeat(64)]
    expect(await world.handlers.declareMetadata({ packs }, await call(lease))).toEqual({ accepted: 1 })
    const marked = await world.store.db
      .selectFrom('objects')
      .select('name')
      .where('isMetadata', '=', 1)
      .execute()
    expect(marked).toEqual([{ name: own }])
    const thief = await call(lease)
    await set.start('backup')
    expect(await errorCodeOf(world.handlers.declareMetadata({ packs }, thief))).toBe('LEASE_ENDED')
  })

  it('is audited: started, refused, ended', async () => {
    const lease = await set.start('backup')
    await world.handlers.endLease({}, await call(lease))
    const stranger = await (await world.addPerson('bob')).addComputer()
    for (let tries = 0; tries < 3; tries += 1) await errorCodeOf(stranger.startLease(set.id, 'backup'))
    const entries = (await world.audit()).filter((entry) => entry.action.startsWith('lease.'))
    expect(entries.map(({ action, outcome, actor }) => [action, outcome, actor])).toEqual([
      ['lease.started', 'ok', `device:${computer.deviceId}`],
      ['lease.ended', 'ok', `device:${computer.deviceId}`],
      ['lease.started', 'refused', `device:${stranger.deviceId}`],
    ])
  })
})
