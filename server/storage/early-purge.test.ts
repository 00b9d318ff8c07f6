import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Acting } from '../accounts/acting.ts'
import { approve, requestApproval } from '../approvals/approvals.ts'
import { actingAs } from '../approvals/approvals.fixture.ts'
import { memoryObjects } from '../objects/memory-objects.ts'
import { codeOf, problemOf } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { releaseTrashEarly } from './early-purge.ts'
import { purgeDue } from './purge.ts'
import { undoTrash } from './trash.ts'
import { filledSet, startWorld, type Computer, type Person, type World } from './world.fixture.ts'

const dayMs = 86_400_000

describeOnEveryStore('erasing the trash early', (fresh) => {
  let clock: FakeClock
  let world: World
  let anna: Person
  let computer: Computer
  let one: Acting
  let other: Acting

  const start = async (retentionLockFloorDays: number): Promise<void> => {
    clock = new FakeClock()
    const store = await (await fresh()).open()
    const config = { retentionLockFloorDays }
    world = await startWorld({ store, clock, objects: memoryObjects(), config })
    anna = await world.addPerson('anna')
    computer = await anna.addComputer()
    one = actingAs(await administrator('one'))
    other = actingAs(await administrator('other'))
  }
  beforeEach(async () => {
    await start(7)
  })
  afterEach(async () => {
    await world.close()
  })

  async function administrator(name: string): Promise<UserId> {
    const { user } = await world.addPerson(name)
    const { db } = world.store
    await db.updateTable('users').set({ kind: 'system', role: 'admin' }).where('id', '=', user.id).execute()
    await db
      .insertInto('factors')
      .values({
        id: `fac_${user.id.slice(4)}` as never,
        userId: user.id,
        method: 'totp',
        label: 'App',
        phoneNumber: null,
        secretSealed: null,
        lastTotpStep: null,
        isProven: 1,
        addedAt: clock.nowMs(),
        lastUsedAt: null,
      })
      .execute()
    return user.id
  }
  type FilledSet = Awaited<ReturnType<typeof filledSet>>
  const trash = async (set: FilledSet, name: string) =>
    await world.rest(await set.start('maintenance')).status('DELETE', name)
  const ask = async ({ repositoryId }: FilledSet) =>
    await requestApproval(world.deps, { kind: 'purge-trash', userId: anna.user.id, repositoryId }, one)
  const agree = async (set: FilledSet) => await approve(world.deps, (await ask(set)).id, other)
  const erasedBy = async ({ repositoryId }: FilledSet, by = one) =>
    await releaseTrashEarly(world.deps, repositoryId, by)

  it('takes two administrators, whatever policy says', async () => {
    const set = await filledSet(world, computer)
    await trash(set, `data/${set.names.data}`)
    clock.advance(8 * dayMs)
    const problem = await problemOf(erasedBy(set))
    expect([problem?.code, problem?.details]).toEqual(['NOT_ALLOWED', { reason: 'approval-needed' }])
    await agree(set)
    expect(await codeOf(erasedBy(set, other))).toBe('NOT_ALLOWED')
    expect(await erasedBy(set)).toEqual({ objectCount: 1, sizeBytes: 6_000_000 })
    expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 1, sizeBytes: 6_000_000 })
    expect(await codeOf(erasedBy(set))).toBe('NOT_ALLOWED')
    expect(await world.audit()).toContainEqual(
      expect.objectContaining({ action: 'storage.released-early', target: set.repositoryId, outcome: 'ok' }),
    )
  })

  it('P3: goes not under the floor of the configuration file', async () => {
    const set = await filledSet(world, computer)
    await trash(set, `data/${set.names.data}`)
    clock.advance(6.5 * dayMs)
    await agree(set)
    expect(await codeOf(erasedBy(set))).toBe('CONFLICT')
    clock.advance(dayMs / 2 - 1)
    expect(await codeOf(erasedBy(set))).toBe('CONFLICT')
    expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 0 })
    clock.advance(1)
    expect(await erasedBy(set)).toMatchObject({ objectCount: 1 })
  })

  it('leaves what was deleted after it was asked for, and every other repository, also without a floor', async () => {
    await world.close()
    await start(0)
    const [set, untouched] = [await filledSet(world, computer), await filledSet(world, computer)]
    await trash(set, `data/${set.names.data}`)
    await trash(untouched, `data/${untouched.names.data}`)
    clock.advance(8 * dayMs)
    await agree(set)
    clock.advance(1)
    await trash(set, `data/${set.names.folders}`)
    expect(await erasedBy(set)).toMatchObject({ objectCount: 1 })
    await purgeDue(world.deps)
    const left = { repositoryId: set.repositoryId }
    expect(await undoTrash(world.deps, left, 'command:test')).toBe(1)
    expect(await codeOf(erasedBy(untouched))).toBe('NOT_ALLOWED')
  })

  it('goes not past a tripped brake', async () => {
    const set = await filledSet(world, computer)
    await trash(set, `data/${set.names.data}`)
    clock.advance(8 * dayMs)
    await agree(set)
    await world.store.db.updateTable('repositories').set({ brakeTrippedAt: clock.nowMs() }).execute()
    const problem = await problemOf(erasedBy(set))
    expect([problem?.code, problem?.details]).toEqual(['CONFLICT', { reason: 'brake-tripped' }])
  })

  it('is told to the owner when it is asked for and when it is done', async () => {
    const set = await filledSet(world, computer)
    await trash(set, `data/${set.names.data}`)
    clock.advance(8 * dayMs)
    await agree(set)
    await erasedBy(set)
    expect(await world.notices()).toEqual(['trash-release-requested Documents', 'trash-released Documents'])
  })

  it('is not asked for in the name of another user', async () => {
    const set = await filledSet(world, computer)
    const ben = await world.addPerson('ben')
    const { repositoryId } = set
    const asked = requestApproval(world.deps, { kind: 'purge-trash', userId: ben.user.id, repositoryId }, one)
    expect(await codeOf(asked)).toBe('NOT_FOUND')
    expect(await codeOf(releaseTrashEarly(world.deps, 'rep_AAAAAAAAAAAAAAAAAAAAAA' as never, one))).toBe(
      'NOT_FOUND',
    )
  })
})
