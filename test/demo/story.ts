import { appendFile, cp, mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generateSync } from 'otplib'
import { openClient, type Client } from '../../core/client.ts'
import type { ClientApi } from '../../shared/client-api.ts'
import type { Clock } from '../../shared/clock.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { ClientStep, Operation } from '../../shared/model/sign-in.ts'
import { askedGroups } from '../fixtures/kit-groups.ts'
import { differences } from '../fixtures/tree.ts'
import { systemClock } from '../../core/ports/system-clock.ts'
import { ask, expectStep, optionFor, refusal } from './client-session.ts'
import type { DemoServer } from './demo-server.ts'
import { attackStorage, listing } from './http-thief.ts'
import { promised, type Report } from './report.ts'
import { stolenLease } from './stolen-lease.ts'

const loginName = 'anna'
const password = 'seven quiet lighthouses'
const dayMs = 24 * 3600 * 1000

export interface DemoPlace {
  readonly server: DemoServer
  /** What is backed up. */
  readonly source: string
  /** A fresh folder for profiles and restored files. */
  readonly work: string
}

/** Clients that are open, so that the end of the story can close them. */
export type OpenClients = Set<Client>

/** The whole story. Ends early when a promise is broken. */
export async function tellStory(report: Report, place: DemoPlace, open: OpenClients): Promise<void> {
  const { server, source, work } = place
  const profile = path.join(work, 'anna’s computer')
  const owner = { client: await openProfile(open, profile) }
  const api = (): Client['api'] => owner.client.api
  let authenticatorSecret = ''
  let kitText = ''
  let backupSet: BackupSet | undefined
  const set = (): BackupSet => {
    if (backupSet === undefined) throw new Error('there is no set yet')
    return backupSet
  }

  await report.step('An administrator makes a user with two phones', async (note) => {
    const phones = ['--phone', '+4915123456789', '--phone', '+85237998888']
    const made = (await server.command('user', 'add', loginName, ...phones)) as { oneTimePassword: string }
    await ask(api(), 'app.chooseSecretStore', { kind: 'file' })
    await ask(api(), 'server.connect', { address: server.address })
    const step = (await ask(api(), 'signIn.start', { loginName, password: made.oneTimePassword })).step
    expectStep(step, 'change-password')
    note('the one-time password works once and must be replaced at the first sign-in')
  })

  await report.step('She signs in: password, phone picker, passcode from the message', async (note) => {
    const step = (await ask(api(), 'transaction.changePassword', { newPassword: password })).step
    const options = expectStep(step, 'choose-method').options
    note(`the picker shows ${options.map((option) => option.maskedDestination).join(' and ')}`)
    const done = await proveBySms(place, owner.client, step, '8888')
    promised(done.kind === 'signed-in', 'password and passcode sign in')
    note(`signed in; ${done.backupCodes?.length ?? 0} backup codes to keep`)
  })

  await report.step('She adds an authenticator app', async (note) => {
    await stepUp(place, owner.client, { kind: 'change-factors' }, '8888')
    const step = (await ask(api(), 'factors.enrol', { method: 'totp', label: 'Phone app' })).step
    authenticatorSecret = expectStep(step, 'pair-authenticator').secretBase32
    const proven = (
      await ask(api(), 'transaction.prove', { code: generateSync({ secret: authenticatorSecret }) })
    ).step
    promised(proven.kind === 'enrolled', 'an app counts after it showed a right code')
    note('adding a method needed a second factor of its own')
  })

  await report.step('She makes a backup set and keeps the recovery kit', async (note) => {
    const early = await refusal(api(), 'sets.create', { definition: definitionFor(source) })
    promised(early === 'KIT_NOT_CONFIRMED', 'no set before the recovery kit was confirmed')
    const { kit } = await ask(api(), 'kit.create', {})
    kitText = kit.text
    await ask(api(), 'kit.confirm', { groups: askedGroups(kit) })
    backupSet = (await ask(api(), 'sets.create', { definition: definitionFor(source) })).backupSet
    note(`key ${kit.keyId}: 160 random bits, on this computer and on paper only`)
  })

  await report.step('The first backup', async (note) => {
    const run = await finished(api(), await ask(api(), 'backup.start', { backupSetId: set().id }))
    promised(
      run.outcome === 'complete',
      `the backup is complete (it is ${run.outcome}: ${run.errorCode ?? ''})`,
    )
    note(`${run.filesNew} files, ${megabytes(run.bytesProcessed)} read, ${megabytes(run.bytesAdded)} stored`)
  })

  await report.step(
    'She signs in again to look at things and stays signed in; then she leaves',
    async (note) => {
      await ask(api(), 'signIn.signOut', {})
      const step = (await ask(api(), 'signIn.start', { loginName, password, keepSignedIn: true })).step
      const done = await proveBySms(place, owner.client, step, '6789')
      promised(
        done.kind === 'signed-in' && done.scope === 'limited',
        'staying signed in means look and back up',
      )
      note('a session that stays may look and back up, nothing else')
      await closeProfile(open, owner.client)
    },
  )

  await report.step('Next day a scheduled run signs in silently and is incremental', async (note) => {
    await appendFile(path.join(source, 'Holdfast demo note.txt'), 'one more line\n')
    owner.client = await openProfile(open, profile, shifted(dayMs))
    const { runs } = await ask(api(), 'schedule.runDue', {})
    const run = runs.find((each) => each.backupSetId === set().id && each.kind === 'backup')
    promised(
      run?.outcome === 'complete',
      `the scheduled run is complete (it is ${run?.outcome ?? 'missing'})`,
    )
    promised(run.bytesAdded < run.bytesProcessed / 10, 'only what changed is stored')
    note(`nobody typed anything; ${run.filesUnmodified} files unchanged, ${kilobytes(run.bytesAdded)} stored`)
    await closeProfile(open, owner.client)
  })

  await report.step('Thief 1 has the password', async (note) => {
    const thief = await openProfile(open, path.join(work, 'thief 1'))
    await ask(thief.api, 'app.chooseSecretStore', { kind: 'file' })
    await ask(thief.api, 'server.connect', { address: server.address })
    const step = (await ask(thief.api, 'signIn.start', { loginName, password })).step
    const options = expectStep(step, 'choose-method').options
    promised(!JSON.stringify(options).includes('4915123456789'), 'no number is shown in full')
    for (const request of ['sets.list', 'devices.list', 'factors.list', 'account.me'] as const) {
      promised((await refusal(thief.api, request, {})) === 'SESSION_ENDED', `${request} is refused`)
    }
    note(`the password yields a challenge: ${options.map((option) => option.method).join(', ')}`)
    await closeProfile(open, thief)
  })

  const stolen = path.join(work, 'thief 2')
  await report.step('Thief 2 has the password and a copy of the whole profile', async (note) => {
    await cp(profile, stolen, { recursive: true, filter: (name) => !/\.(sock|lock)$/.test(name) })
    const thief = await openProfile(open, stolen)
    const { snapshots } = await ask(thief.api, 'snapshots.list', { backupSetId: set().id })
    const snapshotId = snapshots[0]?.id
    promised(snapshotId !== undefined, 'the copied session can still look')
    const backupSetId = set().id
    const shorter = { ...set().definition, retention: { ...set().definition.retention, keepDailyCount: 1 } }
    const { factors } = await ask(thief.api, 'factors.list', {})
    const phone = factors[0]
    promised(phone !== undefined, 'there is a factor to attack')
    const refused = {
      restore: await refusal(thief.api, 'restore.start', {
        backupSetId,
        snapshotId,
        targetFolder: path.join(work, 'loot'),
      }),
      'delete the set': await refusal(thief.api, 'sets.delete', { backupSetId }),
      'shorten retention': await refusal(thief.api, 'sets.update', {
        backupSetId,
        definition: shorter,
        version: set().version,
      }),
      'show the key': await refusal(thief.api, 'kit.export', {}),
      'remove a factor': await refusal(thief.api, 'factors.remove', { factorId: phone.id }),
      'add a phone': await refusal(thief.api, 'factors.enrol', {
        method: 'sms',
        phoneNumber: '+4915199999999',
      }),
      'new backup codes': await refusal(thief.api, 'factors.regenerateBackupCodes', {}),
      'change the password': await refusal(thief.api, 'account.changePassword', {
        currentPassword: password,
        newPassword: 'mine now, all of it',
      }),
    }
    for (const [what, code] of Object.entries(refused)) {
      promised(code === 'STEP_UP_REQUIRED', `${what} is refused (${code})`)
    }
    note(`refused for want of a second factor: ${Object.keys(refused).join(', ')}`)
    await closeProfile(open, thief)
  })

  await report.step('Thief 2 turns to the storage endpoint with a stolen lease', async (note) => {
    const bystander = await server.bystander()
    const lease = await stolenLease(stolen, server.address, set().id)
    const other = await stolenLease(stolen, server.address, bystander.backupSetId).then(
      () => 'granted',
      () => 'refused',
    )
    promised(other === 'refused', 'no lease for another set')
    const before = await everything(server.address, lease)
    const attempts = await attackStorage(server.address, lease, bystander.repositoryId)
    const succeeded = attempts.filter((attempt) => attempt.status < 400)
    promised(succeeded.length === 0, `nothing works (${succeeded.map((attempt) => attempt.what).join(', ')})`)
    promised((await everything(server.address, lease)) === before, 'nothing changed')
    note(
      `${attempts.length} attacks refused: ${attempts.map((each) => `${each.what} ${each.status}`).join(', ')}`,
    )
  })

  await report.step('Deletion lands in the trash and is undone', async (note) => {
    owner.client = await openProfile(open, profile)
    const count = async (): Promise<number> =>
      (await ask(api(), 'snapshots.list', { backupSetId: set().id })).snapshots.length
    const backup = await finished(api(), await ask(api(), 'backup.start', { backupSetId: set().id }))
    promised(backup.outcome === 'complete', `a third backup is complete (it is ${backup.outcome})`)
    const before = await count()
    const run = await finished(api(), await ask(api(), 'maintenance.start', { backupSetId: set().id }))
    promised(
      run.outcome === 'complete',
      `maintenance is complete (it is ${run.outcome}: ${run.errorCode ?? ''})`,
    )
    const after = await count()
    promised(after < before, `retention let a snapshot go (${before} before, ${after} after)`)
    await server.command('trash', 'undo', '--repository', set().repositoryId)
    const again = await count()
    promised(again === 3, `undo brought back all that was ever taken (${again})`)
    note(`${before} snapshots, ${after} after retention, ${again} after the administrator’s undo`)
  })

  await report.step('The computer is revoked; its next run is refused', async (note) => {
    const startedAt = systemClock.nowMs()
    const device = (await ask(api(), 'devices.list', {})).devices[0]
    promised(device !== undefined, 'the computer is enrolled')
    await server.command('device', 'revoke', device.id)
    const run = await finished(api(), await ask(api(), 'backup.start', { backupSetId: set().id }))
    const seconds = (systemClock.nowMs() - startedAt) / 1000
    promised(run.errorCode === 'DEVICE_REVOKED', `the run is refused (${run.outcome} ${run.errorCode ?? ''})`)
    promised(seconds < 5, 'within five seconds')
    note(`refused ${seconds.toFixed(1)} s after the revocation began`)
    await closeProfile(open, owner.client)
  })

  await report.step(
    'The computer is gone. A new one recovers with the kit and the second factor',
    async (note) => {
      const gone = `${source} (gone)`
      await rename(source, gone)
      const fresh = await openProfile(open, path.join(work, 'new computer'))
      await ask(fresh.api, 'app.chooseSecretStore', { kind: 'file' })
      await ask(fresh.api, 'server.connect', { address: server.address })
      await ask(fresh.api, 'kit.import', { kitText })
      const step = (await ask(fresh.api, 'signIn.start', { loginName, password })).step
      const app = optionFor(step, (option) => option.method === 'totp')
      await ask(fresh.api, 'transaction.chooseMethod', { factorId: app.factorId })
      const code = generateSync({
        secret: authenticatorSecret,
        epoch: Math.floor(systemClock.nowMs() / 1000) + 30,
      })
      promised(
        (await ask(fresh.api, 'transaction.prove', { code })).step.kind === 'signed-in',
        'the app signs in',
      )
      const found = (await ask(fresh.api, 'sets.list', {})).backupSets[0]
      promised(found?.id === set().id, 'the set is there')
      const { snapshots } = await ask(fresh.api, 'snapshots.list', { backupSetId: found.id })
      const latest = snapshots.reduce((a, b) => (b.takenAt > a.takenAt ? b : a))
      await stepUp(place, fresh, { kind: 'restore', backupSetId: found.id }, '8888')
      const targetFolder = path.join(work, 'restored')
      await mkdir(targetFolder)
      const selection = {
        backupSetId: found.id,
        snapshotId: latest.id,
        targetFolder,
      }
      const run = await finished(fresh.api, await ask(fresh.api, 'restore.start', selection))
      promised(
        run.outcome === 'complete',
        `the restore is complete (it is ${run.outcome}: ${run.errorCode ?? ''})`,
      )
      const unlike = await differences(gone, path.join(targetFolder, source))
      promised(unlike.length === 0, `equal byte by byte, with metadata (${unlike.slice(0, 3).join('; ')})`)
      note(
        `${run.filesNew} files, ${megabytes(run.bytesProcessed)}: equal byte by byte, with modes, owners, times and links`,
      )
      await rename(gone, source)
      await closeProfile(open, fresh)
    },
  )
}

async function finished(api: ClientApi, { jobRunId }: { jobRunId: JobRunId }): Promise<JobRun> {
  return (await ask(api, 'run.wait', { jobRunId })).run
}

function definitionFor(source: string) {
  return {
    name: 'Everything that matters',
    sources: [source],
    schedules: [{ kind: 'daily' as const, at: '00:00' }],
    retention: {
      keepLastCount: 1,
      keepHourlyCount: 0,
      keepDailyCount: 0,
      keepWeeklyCount: 0,
      keepMonthlyCount: 0,
      keepYearlyCount: 0,
      keepWithinDays: 0,
    },
  }
}

/** Finishes a challenge by a message to the phone whose number ends in `lastDigits`. */
async function proveBySms(
  place: DemoPlace,
  client: Client,
  step: ClientStep,
  lastDigits: string,
): Promise<ClientStep> {
  const option = optionFor(step, (each) => each.maskedDestination?.endsWith(lastDigits) === true)
  const chosen = await ask(client.api, 'transaction.chooseMethod', { factorId: option.factorId })
  const { challenge } = expectStep(chosen.step, 'enter-code')
  const code = await place.server.passcode(challenge.prefix ?? '')
  return (await ask(client.api, 'transaction.prove', { code })).step
}

async function stepUp(
  place: DemoPlace,
  client: Client,
  operation: Operation,
  lastDigits: string,
): Promise<void> {
  const { step } = await ask(client.api, 'stepUp.start', { operation })
  expectStep(await proveBySms(place, client, step, lastDigits), 'granted')
}

async function everything(address: string, lease: Parameters<typeof listing>[1]): Promise<string> {
  const types = ['data', 'index', 'snapshots', 'keys']
  return JSON.stringify(await Promise.all(types.map((type) => listing(address, lease, type))))
}

async function openProfile(open: OpenClients, home: string, clock: Clock = systemClock): Promise<Client> {
  const client = await openClient({ home, clock })
  open.add(client)
  return client
}

async function closeProfile(open: OpenClients, client: Client): Promise<void> {
  await client.close()
  open.delete(client)
}

/** A client whose clock is ahead: the server counts by its own. */
function shifted(ms: number): Clock {
  return {
    nowMs: () => systemClock.nowMs() + ms,
    sleep: (duration, signal) => systemClock.sleep(duration, signal),
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const kilobytes = (bytes: number): string => `${(bytes / 1e3).toFixed(0)} kB`

/** Something small that changes between the first and the second backup. */
export async function addNote(source: string): Promise<void> {
  await writeFile(path.join(source, 'Holdfast demo note.txt'), 'first line\n')
}
