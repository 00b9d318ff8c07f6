import { describe, expect, it } from 'vitest'
import type { AppStatus } from '../../shared/client-api.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { appStatus } from '../testing/fake-client.ts'
import { backupSet, ids, jobRun, startMs } from '../testing/samples.ts'
import { attentionOfComputer, attentionOfSet } from './attention.ts'

const dayMs = 86_400_000
const at = (ms: number): string => new Date(ms).toISOString()
const ready = appStatus({
  device: { id: ids.device('D'), name: 'laptop' },
  key: { keyId: ids.key('K'), isKitConfirmed: true },
})

describe('a computer needs attention', () => {
  it('not when all is well', () => {
    expect(attentionOfComputer(ready)).toEqual([])
  })

  const lacks: [string, Partial<AppStatus>, string][] = [
    ['it is not set up', { server: null }, 'holdfast login'],
    [
      'its credential store is locked',
      { secretStore: { kind: 'system', state: 'locked', place: '' } },
      'holdfast doctor',
    ],
    ['it may not run backups', { device: null }, 'holdfast devices enrol'],
    [
      'nothing runs its schedules',
      { isScheduling: false, nextRuns: [{ backupSetId: ids.set('A'), name: 'docs', at: at(startMs) }] },
      'holdfast daemon',
    ],
    ['its account needs a second factor', { needsSecondFactor: true }, 'holdfast login'],
    ['restic is missing', { engine: null }, 'holdfast doctor'],
    [
      'its kit is not confirmed',
      { key: { keyId: ids.key('K'), isKitConfirmed: false } },
      'holdfast kit confirm',
    ],
  ]
  it.each(lacks)('when %s, with the command that mends it', (_when, change, command) => {
    expect(attentionOfComputer({ ...ready, ...change }).map((each) => each.command)).toEqual([command])
  })
})

describe('a backup set needs attention', () => {
  const commands = (...args: Parameters<typeof attentionOfSet>): string[] =>
    attentionOfSet(...args).map(({ command }) => command)

  it('not after a complete backup', () => {
    expect(attentionOfSet(backupSet(), [jobRun()], startMs)).toEqual([])
  })

  it('when the last backup was skipped for want of a second factor, and not for what passes by itself', () => {
    const skipped = (skipReason: JobRun['skipReason']) => [
      jobRun(),
      jobRun({ outcome: 'skipped', skipReason, endedAt: at(startMs - 1000) }),
    ]
    const [found] = attentionOfSet(backupSet(), skipped('second-factor-required'), startMs)
    expect(found?.text).toContain('needed a second factor')
    expect(attentionOfSet(backupSet(), skipped('on-battery'), startMs)).toEqual([])
  })

  it('when it was never backed up, whatever was restored', () => {
    expect(commands(backupSet(), [jobRun({ kind: 'restore' })], startMs)).toEqual(['holdfast backup docs'])
  })

  it('when the last backup failed, although an earlier one is fine', () => {
    const failed = jobRun({ outcome: 'failed', errorCode: 'SERVER_UNREACHABLE', endedAt: at(startMs - 1000) })
    const found = attentionOfSet(backupSet(), [jobRun(), failed], startMs)
    expect(found[0]?.text).toContain('SERVER_UNREACHABLE')
    expect(found[0]?.text).toContain('1 minute ago')
  })

  it('not when a failed backup was followed by a good one', () => {
    const failed = jobRun({ outcome: 'failed', errorCode: 'DISK_FULL', endedAt: at(startMs - dayMs) })
    expect(attentionOfSet(backupSet(), [failed, jobRun()], startMs)).toEqual([])
  })

  it.each([
    [3 * dayMs, []],
    [3 * dayMs + 1, ['holdfast backup docs']],
  ])('from three days without a success on (%d ms)', (ageMs, expected) => {
    expect(commands(backupSet(), [jobRun({ endedAt: at(startMs - ageMs) })], startMs)).toEqual(expected)
  })

  it('when files were left out', () => {
    const run = jobRun({ outcome: 'incomplete', leftOutCount: 2 })
    expect(attentionOfSet(backupSet(), [run], startMs)[0]?.text).toContain('left out 2 files')
  })

  it.each([
    ['paused', { definition: { ...backupSet().definition, isPaused: true } }, 'holdfast sets resume docs'],
    ['run by nobody', { deviceId: null }, 'holdfast sets adopt docs'],
    ['braked', { isBrakeTripped: true }, 'holdfast sets resume-brake docs'],
  ])('when it is %s', (_state, change, command) => {
    expect(commands(backupSet(change), [jobRun()], startMs)).toEqual([command])
  })

  it('not while it is being deleted', () => {
    expect(attentionOfSet(backupSet({ deletedAt: at(startMs) }), [], startMs)).toEqual([])
  })

  it('is named by its id where its name would need quoting', () => {
    expect(commands(backupSet({}, 'my docs; rm'), [], startMs)).toEqual([`holdfast backup ${ids.set('A')}`])
  })
})
