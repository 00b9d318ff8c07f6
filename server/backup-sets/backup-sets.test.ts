import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { defaultRetention } from '../../shared/model/backup-set.ts'
import type { KeyId } from '../../shared/model/ids.ts'
import { reportWith } from '../leases/report.fixture.ts'
import { errorCodeOf } from '../objects/error-code.fixture.ts'
import { newId } from '../server-key.ts'
import {
  definitionWith,
  filledSet,
  publicCall,
  serverAddress,
  startWorld,
  type BackupSetOfTest,
  type Computer,
  type Person,
  type World,
} from '../storage/world.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'

describeOnEveryStore('a backup set', (fresh) => {
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

  const update = (changes: Partial<Parameters<World['handlers']['updateBackupSet']>[0]>, of = person) =>
    world.handlers.updateBackupSet(
      { backupSetId: set.id, definition: definitionWith(), version: 1, ...changes },
      of.call,
    )
  const shorter = definitionWith({ retention: { ...defaultRetention, keepDailyCount: 29 } })

  it('is made for one of the user’s computers, with an empty repository', async () => {
    expect(set.backupSet).toMatchObject({
      deviceId: computer.deviceId,
      version: 1,
      storedBytes: 0,
      snapshotCount: 0,
      isBrakeTripped: false,
      deletedAt: null,
    })
    const filled = await filledSet(world, computer)
    const { backupSets } = await world.handlers.backupSets({}, person.call)
    expect(backupSets.find(({ id }) => id === filled.id)).toMatchObject({
      snapshotCount: 1,
      storedBytes: 6_052_555,
    })
  })

  it('is not made for somebody else’s computer, or a revoked one', async () => {
    const create = (deviceId: Computer['deviceId']) =>
      world.handlers.createBackupSet(
        { definition: definitionWith(), deviceId, keyId: newId<KeyId>('key') },
        person.call,
      )
    const foreign = await (await world.addPerson('bob')).addComputer()
    expect(await errorCodeOf(create(foreign.deviceId))).toBe('NOT_FOUND')
    await world.store.db.updateTable('devices').set({ revokedAt: clock.nowMs() }).execute()
    expect(await errorCodeOf(create(computer.deviceId))).toBe('NOT_FOUND')
  })

  it('of another user does not exist, whatever is asked of it', async () => {
    const bob = await world.addPerson('bob')
    const backupSetId = set.id
    const grantFor = (kind: 'delete-set' | 'resume-brake' | 'restore') => bob.grant({ kind, backupSetId })
    const { handlers } = world
    const requests: (() => Promise<unknown>)[] = [
      () => update({}, bob),
      async () =>
        handlers.deleteBackupSet({ backupSetId, grantToken: await grantFor('delete-set') }, bob.call),
      () => handlers.undeleteBackupSet({ backupSetId }, bob.call),
      async () => handlers.resumeBrake({ backupSetId, grantToken: await grantFor('resume-brake') }, bob.call),
      () => handlers.runs({ backupSetId, limit: 10 }, bob.call),
      () => handlers.browseLease({ backupSetId }, bob.call),
      async () => handlers.restoreLease({ backupSetId, grantToken: await grantFor('restore') }, bob.call),
    ]
    for (const request of requests) expect(await errorCodeOf(request())).toBe('NOT_FOUND')
    expect(await handlers.backupSets({}, bob.call)).toEqual({ backupSets: [] })
  })

  it('changes only from the version that was edited', async () => {
    const { backupSet } = await update({ definition: definitionWith({ name: 'Photos' }) })
    expect(backupSet).toMatchObject({ version: 2, definition: { name: 'Photos' } })
    expect(await errorCodeOf(update({}))).toBe('VERSION_CONFLICT')
    const results = await Promise.all(
      Array.from({ length: 5 }, () =>
        update({ version: 2 }).then(
          () => 'changed',
          () => 'refused',
        ),
      ),
    )
    expect(results.filter((result) => result === 'changed')).toHaveLength(1)
  })

  it('keeps less only with a grant for exactly that', async () => {
    const { id: backupSetId } = set
    expect(await errorCodeOf(update({ definition: shorter }))).toBe('STEP_UP_REQUIRED')
    const wrong = await person.grant({ kind: 'delete-set', backupSetId })
    expect(await errorCodeOf(update({ definition: shorter, grantToken: wrong }))).toBe('STEP_UP_REQUIRED')
    expect((await world.handlers.backupSets({}, person.call)).backupSets[0]?.version).toBe(1)
    const grantToken = await person.grant({ kind: 'shorten-retention', backupSetId })
    expect(
      (await update({ definition: shorter, grantToken })).backupSet.definition.retention.keepDailyCount,
    ).toBe(29)
    expect(await world.notices()).toEqual(['retention-shortened Documents'])
    const longer = definitionWith({ retention: { ...defaultRetention, keepDailyCount: 60 } })
    expect((await update({ definition: longer, version: 2 })).backupSet.version).toBe(3)
    expect(await errorCodeOf(update({ definition: shorter, version: 3, grantToken }))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('does not use a grant up for a change that fails', async () => {
    const grantToken = await person.grant({ kind: 'shorten-retention', backupSetId: set.id })
    expect(await errorCodeOf(update({ definition: shorter, grantToken, version: 9 }))).toBe(
      'VERSION_CONFLICT',
    )
    expect((await update({ definition: shorter, grantToken })).backupSet.version).toBe(2)
  })

  it('moves to another of the user’s computers, and to no other', async () => {
    const other = await person.addComputer()
    const foreign = await (await world.addPerson('bob')).addComputer()
    expect(await errorCodeOf(update({ deviceId: foreign.deviceId }))).toBe('NOT_FOUND')
    expect((await update({ deviceId: other.deviceId })).backupSet.deviceId).toBe(other.deviceId)
  })

  it.each([
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['timeZone', { timeZone: '+01:00' }],
    ['sources', { sources: ['/a', '/b', '/a'] }],
    ['exclusions', { exclusions: ['*.tmp', '*.tmp'] }],
    [
      'schedules',
      {
        schedules: [
          { kind: 'daily', at: '08:00' },
          { kind: 'daily', at: '08:00' },
        ],
      },
    ],
    ['schedules.0.on', { schedules: [{ kind: 'weekly', at: '08:00', on: ['mon', 'mon'] }] }],
    [
      'schedules.0.dates',
      { schedules: [{ kind: 'custom', at: '08:00', dates: ['2026-01-01', '2026-01-01'] }] },
    ],
  ] as const)('does not take a definition that is wrong at %s', async (path, changes) => {
    const definition = definitionWith(changes as Parameters<typeof definitionWith>[0])
    const refused = update({ definition }).catch((error: unknown) => error)
    expect(await refused).toMatchObject({ code: 'INPUT_INVALID', details: { paths: [`definition.${path}`] } })
    const create = { definition, deviceId: computer.deviceId, keyId: newId<KeyId>('key') }
    expect(await errorCodeOf(world.handlers.createBackupSet(create, person.call))).toBe('INPUT_INVALID')
  })

  it.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'])(
    'runs in the time zone %s',
    async (timeZone) => {
      expect((await update({ definition: definitionWith({ timeZone }) })).backupSet.definition.timeZone).toBe(
        timeZone,
      )
    },
  )

  it('is deleted with a grant for exactly it; deleted, it cannot be changed or deleted again', async () => {
    const backupSetId = set.id
    const remove = (grantToken: string) =>
      world.handlers.deleteBackupSet({ backupSetId, grantToken }, person.call)
    const other = await computer.addSet()
    expect(await errorCodeOf(remove('none'))).toBe('STEP_UP_REQUIRED')
    const wrong = await person.grant({ kind: 'delete-set', backupSetId: other.id })
    expect(await errorCodeOf(remove(wrong))).toBe('STEP_UP_REQUIRED')
    const { backupSet } = await remove(await person.grant({ kind: 'delete-set', backupSetId }))
    expect(backupSet.deletedAt).not.toBeNull()
    expect(await world.notices()).toEqual(['set-deleted Documents'])
    expect(await errorCodeOf(remove(await person.grant({ kind: 'delete-set', backupSetId })))).toBe(
      'NOT_FOUND',
    )
    expect(await errorCodeOf(update({ version: 2 }))).toBe('NOT_FOUND')
    expect(await errorCodeOf(set.browse())).toBe('NOT_FOUND')
    expect(await world.handlers.undeleteBackupSet({ backupSetId }, person.call)).toMatchObject({
      backupSet: { deletedAt: null, version: 3 },
    })
    expect(await errorCodeOf(world.handlers.undeleteBackupSet({ backupSetId }, person.call))).toBe('CONFLICT')
  })

  it('cannot have a brake resumed that is not tripped', async () => {
    const grantToken = await person.grant({ kind: 'resume-brake', backupSetId: set.id })
    expect(
      await errorCodeOf(world.handlers.resumeBrake({ backupSetId: set.id, grantToken }, person.call)),
    ).toBe('CONFLICT')
  })

  it('is shown to its computer by proof, without those of other computers and deleted ones', async () => {
    const [mine, deleted] = [await computer.addSet(), await computer.addSet()]
    await (await person.addComputer()).addSet()
    const grantToken = await person.grant({ kind: 'delete-set', backupSetId: deleted.id })
    await world.handlers.deleteBackupSet({ backupSetId: deleted.id, grantToken }, person.call)
    const nonce = await computer.newNonce()
    const named = { deviceId: computer.deviceId, nonce, serverAddress }
    const proof = { ...named, signature: computer.signed(deviceProof.sets(named)) }
    const { backupSets } = await world.handlers.deviceSets(proof, publicCall)
    expect(new Set(backupSets.map(({ id }) => id))).toEqual(new Set([set.id, mine.id]))
    expect(await errorCodeOf(world.handlers.deviceSets(proof, publicCall))).toBe('INPUT_INVALID')
  })

  const reportInput = async (report: ReturnType<typeof reportWith>, of = computer) => {
    const nonce = await of.newNonce()
    const named = { deviceId: of.deviceId, nonce, serverAddress, backupSetId: set.id }
    return { ...named, signature: of.signed(deviceProof.report(named)), report }
  }

  it('has its skips recorded by proof of its computer', async () => {
    const skip = reportWith({ outcome: 'skipped', skipReason: 'on-battery' })
    const { run } = await world.handlers.deviceReport(await reportInput(skip), publicCall)
    expect(run).toMatchObject({ ...skip, deviceId: computer.deviceId })
    const sibling = await person.addComputer()
    const foreign = await reportInput(skip, sibling)
    expect(await errorCodeOf(world.handlers.deviceReport(foreign, publicCall))).toBe('NOT_FOUND')
  })

  it('believes no success without a lease', async () => {
    for (const outcome of ['complete', 'incomplete'] as const) {
      const input = await reportInput(reportWith({ outcome }))
      expect(await errorCodeOf(world.handlers.deviceReport(input, publicCall))).toBe('INPUT_INVALID')
    }
  })

  it('shows its newest runs first, and no more than asked for', async () => {
    for (const day of ['06', '08', '07']) {
      const report = reportWith({ outcome: 'failed', startedAt: `2026-01-${day}T08:00:00.000Z` })
      await world.handlers.deviceReport(await reportInput(report), publicCall)
    }
    const { runs } = await world.handlers.runs({ backupSetId: set.id, limit: 2 }, person.call)
    expect(runs.map(({ startedAt }) => startedAt.slice(8, 10))).toEqual(['08', '07'])
  })
})
