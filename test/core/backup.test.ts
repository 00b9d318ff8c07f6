import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { systemClock } from '../../core/ports/system-clock.ts'
import type { Client } from '../../core/client.ts'
import type { Clock } from '../../shared/clock.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { ask, refusal } from '../demo/client-session.ts'
import { differences, generateTree } from '../fixtures/tree.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { signedInPerson, type Person } from './signed-in-client.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

const people: Person[] = []
afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.dispose()))
})

async function person(loginName: string): Promise<Person> {
  const made = await signedInPerson(server, loginName)
  people.push(made)
  onTestFailed(async () => {
    const log = await readFile(path.join(made.home, 'holdfast.log'), 'utf8').catch(() => '')
    process.stderr.write(`${log}\n${server.output().split('\n').slice(-30).join('\n')}\n`)
  })
  return made
}

/** Random bytes in several files, so that an upload under a limit takes a while. */
async function bigSource({ folder }: Person, megabytes: number): Promise<string> {
  const source = path.join(folder, 'source')
  await mkdir(source)
  for (let index = 0; index < megabytes; index += 1) {
    await writeFile(path.join(source, `file ${index}`), randomBytes(1024 * 1024))
  }
  return source
}

/** Resolves when a backup has sent something. */
function firstTransfer(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const off = client.api.on('run.progress', ({ stage, bytesDone }) => {
      if (stage !== 'transferring' || bytesDone < 1024 * 1024) return
      off()
      resolve()
    })
  })
}

async function startBackup({ client }: Person, { id }: BackupSet): Promise<{ ended: Promise<JobRun> }> {
  const { jobRunId } = await ask(client.api, 'backup.start', { backupSetId: id })
  return { ended: ask(client.api, 'run.wait', { jobRunId }).then(({ run }) => run) }
}

async function restoreTo(owner: Person, backupSet: BackupSet, targetFolder: string): Promise<JobRun> {
  const { api } = owner.client
  const { snapshots } = await ask(api, 'snapshots.list', { backupSetId: backupSet.id })
  await owner.stepUp({ kind: 'restore', backupSetId: backupSet.id })
  const snapshotId = snapshots.at(-1)?.id ?? ('' as never)
  const input = { backupSetId: backupSet.id, snapshotId, targetFolder }
  const { jobRunId } = await ask(api, 'restore.start', input)
  return (await ask(api, 'run.wait', { jobRunId })).run
}

describe('a backup', () => {
  it('comes back byte by byte with its metadata, and the second run stores only what changed', async () => {
    const ann = await person('ann')
    const source = path.join(ann.folder, 'home')
    await generateTree(source, 20_000_000)
    const backupSet = await ann.makeSet({ name: 'Home', sources: [source] })
    const first = await ann.backUp(backupSet)
    expect(first).toMatchObject({ outcome: 'complete', errorCode: null, leftOutCount: 0 })
    await appendFile(path.join(source, 'Documents', '2016', 'letter 1.txt'), 'one more line\n')
    const second = await ann.backUp(backupSet)
    expect(second).toMatchObject({ outcome: 'complete', filesNew: 0, filesChanged: 1 })
    expect(second.bytesAdded).toBeLessThan(500_000)

    const target = path.join(ann.folder, 'restored')
    const restored = await restoreTo(ann, backupSet, target)
    expect(restored).toMatchObject({ outcome: 'complete', bytesAdded: second.bytesProcessed })
    expect(await differences(source, path.join(target, source))).toEqual([])
    expect(await readdir(target)).toEqual([source.split('/')[1]])
  })

  it('whose client is killed leaves no work for anybody: the next run just succeeds', async () => {
    const ben = await person('ben')
    const source = await bigSource(ben, 24)
    const backupSet = await ben.makeSet({ name: 'Big', sources: [source], uploadLimitKibPerSecond: 2000 })
    await ben.client.close()

    const script = path.join(import.meta.dirname, '../fixtures/back-up-until-killed.ts')
    const child = spawn(process.execPath, [script, ben.home, backupSet.id], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout })) {
      if (Number((JSON.parse(line) as { bytesDone?: number }).bytesDone) > 1024 * 1024) break
    }
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone

    await ben.reopen()
    await ask(ben.client.api, 'sets.update', {
      backupSetId: backupSet.id,
      version: backupSet.version,
      definition: { ...backupSet.definition, uploadLimitKibPerSecond: null },
    })
    expect(await ben.backUp(backupSet)).toMatchObject({ outcome: 'complete', filesNew: 24 })
    // The orphan was told to stop, not only cut off.
    expect(await orphansOf(backupSet)).toEqual([])
  })

  it('goes on through the death and return of the server', async () => {
    const cas = await person('cas')
    const source = await bigSource(cas, 16)
    const backupSet = await cas.makeSet({ name: 'Big', sources: [source], uploadLimitKibPerSecond: 2500 })
    const isSending = firstTransfer(cas.client)
    const { ended } = await startBackup(cas, backupSet)
    await isSending
    await server.kill()
    await systemClock.sleep(1500)
    await server.restart()
    expect(await ended).toMatchObject({ outcome: 'complete', filesNew: 16 })
    const target = path.join(cas.folder, 'restored')
    expect(await restoreTo(cas, backupSet, target)).toMatchObject({ outcome: 'complete' })
    expect(await differences(source, path.join(target, source))).toEqual([])
  })

  it('stops within five seconds when its computer is revoked, and the record says why', async () => {
    const dee = await person('dee')
    const source = await bigSource(dee, 24)
    const backupSet = await dee.makeSet({ name: 'Big', sources: [source], uploadLimitKibPerSecond: 500 })
    const isSending = firstTransfer(dee.client)
    const { ended } = await startBackup(dee, backupSet)
    await isSending
    const { deviceId } = backupSet
    const revoked = await server.command('device', 'revoke', deviceId ?? '', '--json')
    expect(revoked.exitCode).toBe(0)
    const revokedAtMs = systemClock.nowMs()
    expect(await ended).toMatchObject({ outcome: 'failed', errorCode: 'DEVICE_REVOKED' })
    // A heartbeat is five seconds apart; the rest is what a busy machine needs.
    expect(systemClock.nowMs() - revokedAtMs).toBeLessThan(8000)
    expect(await dee.backUp(backupSet)).toMatchObject({ outcome: 'failed', errorCode: 'DEVICE_REVOKED' })
  })

  it('over the quota names the quota, and what was stored before stays whole', async () => {
    const eva = await person('eva')
    await server.command('group', 'add', 'small', '--set', 'protection.quotaBytes=3000000', '--json')
    await server.command('group', 'move', 'eva', 'small', '--json')
    const source = path.join(eva.folder, 'source')
    await mkdir(source)
    await writeFile(path.join(source, 'little'), 'little')
    const backupSet = await eva.makeSet({ name: 'Growing', sources: [source] })
    expect(await eva.backUp(backupSet)).toMatchObject({ outcome: 'complete' })
    await writeFile(path.join(source, 'huge'), randomBytes(24 * 1024 * 1024))
    expect(await eva.backUp(backupSet)).toMatchObject({ outcome: 'failed', errorCode: 'QUOTA_EXCEEDED' })
    await rm(path.join(source, 'huge'))
    const target = path.join(eva.folder, 'restored')
    expect(await restoreTo(eva, backupSet, target)).toMatchObject({ outcome: 'complete', filesNew: 1 })
    expect(await differences(source, path.join(target, source))).toEqual([])
  })

  it('that is cancelled is recorded as that, and the server knows', async () => {
    const fay = await person('fay')
    const source = await bigSource(fay, 16)
    const backupSet = await fay.makeSet({ name: 'Big', sources: [source], uploadLimitKibPerSecond: 500 })
    const isSending = firstTransfer(fay.client)
    const { jobRunId } = await ask(fay.client.api, 'backup.start', { backupSetId: backupSet.id })
    await isSending
    expect(await refusal(fay.client.api, 'backup.start', { backupSetId: backupSet.id })).toBe(
      'REPOSITORY_BUSY',
    )
    expect(await ask(fay.client.api, 'run.cancel', { jobRunId })).toEqual({ wasRunning: true })
    const { run } = await ask(fay.client.api, 'run.wait', { jobRunId })
    expect(run).toMatchObject({ outcome: 'cancelled', errorCode: 'CANCELLED', snapshotId: null })
    const { runs } = await ask(fay.client.api, 'runs.list', { backupSetId: backupSet.id })
    expect(runs.map(({ outcome }) => outcome)).toEqual(['cancelled'])
  })

  it('that cannot reach the server says so, and the server hears of it later', async () => {
    const gus = await person('gus')
    const source = await bigSource(gus, 12)
    const backupSet = await gus.makeSet({ name: 'Big', sources: [source], uploadLimitKibPerSecond: 500 })
    await gus.reopen({ clock: twentyTimesFaster() })
    const isSending = firstTransfer(gus.client)
    const { ended } = await startBackup(gus, backupSet)
    await isSending
    await server.kill()
    expect(await ended).toMatchObject({ outcome: 'failed', errorCode: 'SERVER_UNREACHABLE' })
    expect(await gus.backUp(backupSet)).toMatchObject({ errorCode: 'SERVER_UNREACHABLE' })
    await server.restart()
    await ask(gus.client.api, 'schedule.runDue', {})
    // Without this computer's own history, only what the server was told is left.
    await gus.client.close()
    await rm(path.join(gus.home, 'runs.jsonl'))
    await gus.reopen()
    const { runs } = await ask(gus.client.api, 'runs.list', { backupSetId: backupSet.id })
    expect(runs.map(({ errorCode }) => errorCode)).toEqual(['SERVER_UNREACHABLE', 'SERVER_UNREACHABLE'])
  })
})

describe('maintenance', () => {
  it('lets go what retention does not keep, and the rest is whole for a computer that never saw it', async () => {
    const joe = await person('joe')
    const source = path.join(joe.folder, 'source')
    await mkdir(source)
    const backupSet = await joe.makeSet({
      name: 'Notes',
      sources: [source],
      retention: {
        keepLastCount: 2,
        keepHourlyCount: 0,
        keepDailyCount: 0,
        keepWeeklyCount: 0,
        keepMonthlyCount: 0,
        keepYearlyCount: 0,
        keepWithinDays: 0,
      },
    })
    const snapshotIds: unknown[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      await writeFile(path.join(source, name), randomBytes(100_000))
      snapshotIds.push((await joe.backUp(backupSet)).snapshotId)
    }
    const { api } = joe.client
    const { jobRunId } = await ask(api, 'maintenance.start', { backupSetId: backupSet.id })
    const { run } = await ask(api, 'run.wait', { jobRunId })
    expect(run).toMatchObject({ kind: 'maintenance', outcome: 'complete', errorCode: null })
    const { snapshots } = await ask(api, 'snapshots.list', { backupSetId: backupSet.id })
    expect(snapshots.map(({ id }) => id)).toEqual(snapshotIds.slice(2))
    // Nothing that restic keeps on this computer may be needed to look into a snapshot.
    await rm(path.join(joe.home, 'cache'), { recursive: true })
    const [older] = snapshots
    const browse = { backupSetId: backupSet.id, snapshotId: older?.id ?? ('' as never), folder: source }
    const { nodes } = await ask(api, 'snapshots.browse', browse)
    expect(nodes.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    await rm(path.join(joe.home, 'cache'), { recursive: true })
    expect(await joe.backUp(backupSet)).toMatchObject({
      outcome: 'complete',
      filesNew: 0,
      filesUnmodified: 4,
    })
  })
})

describe('what a computer keeps for its scheduled runs', () => {
  it('backs up by itself, and neither restores nor lists snapshots without a person', async () => {
    const hal = await person('hal')
    const source = path.join(hal.folder, 'source')
    await mkdir(source)
    await writeFile(path.join(source, 'note'), 'note')
    const backupSet = await hal.makeSet({
      name: 'Daily',
      sources: [source],
      schedules: [{ kind: 'periodic', everyMinutes: 60 }],
    })
    await ask(hal.client.api, 'signIn.signOut', {})
    await hal.reopen({ clock: shifted(61 * 60_000) })
    const { api } = hal.client
    const { runs } = await ask(api, 'schedule.runDue', {})
    expect(runs).toMatchObject([{ outcome: 'complete', kind: 'backup', backupSetId: backupSet.id }])
    const snapshotId = runs[0]?.snapshotId ?? ('' as never)
    const input = { backupSetId: backupSet.id, snapshotId, targetFolder: path.join(hal.folder, 'stolen') }
    expect(await refusal(api, 'snapshots.list', input)).toBe('SESSION_ENDED')
    expect(await refusal(api, 'snapshots.browse', { ...input, folder: '/' })).toBe('SESSION_ENDED')
    expect(await refusal(api, 'restore.plan', input)).toBe('SESSION_ENDED')
    expect(await refusal(api, 'restore.start', input)).toBe('SESSION_ENDED')
    expect(await refusal(api, 'sets.delete', input)).toBe('SESSION_ENDED')
  })

  it('restores nothing for a session without a fresh second factor', async () => {
    const ida = await person('ida')
    const source = path.join(ida.folder, 'source')
    await mkdir(source)
    await writeFile(path.join(source, 'note'), 'note')
    const backupSet = await ida.makeSet({ name: 'Notes', sources: [source] })
    const { snapshotId } = await ida.backUp(backupSet)
    const input = {
      backupSetId: backupSet.id,
      snapshotId: snapshotId ?? ('' as never),
      targetFolder: path.join(ida.folder, 'stolen'),
    }
    expect(await refusal(ida.client.api, 'restore.start', input)).toBe('STEP_UP_REQUIRED')
    expect(await refusal(ida.client.api, 'sets.delete', input)).toBe('STEP_UP_REQUIRED')
  })
})

function shifted(byMs: number): Clock {
  return { nowMs: () => systemClock.nowMs() + byMs, sleep: (ms, signal) => systemClock.sleep(ms, signal) }
}

function twentyTimesFaster(): Clock {
  const startMs = systemClock.nowMs()
  return {
    nowMs: () => startMs + (systemClock.nowMs() - startMs) * 20,
    sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
  }
}

/** Pids of restic processes that work for a set. */
async function orphansOf({ id }: BackupSet): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return line.includes('restic') && line.includes(id) ? [pid] : []
    }),
  )
  return found.flat()
}
