import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { formatCount } from '../format/size.ts'
import { formatInstant, formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'

/** Something that stands between a person and a good backup, and the command that mends it. */
export interface Attention {
  readonly text: string
  readonly command: string
}

const dayMs = 24 * 60 * 60 * 1000

/** With no success for so long a set counts as unprotected, whatever its schedule says. */
const overdueMs = 3 * dayMs

/** Problems of this computer that hold for every set. */
export function attentionOfComputer(status: AppStatus): Attention[] {
  const found: Attention[] = []
  if (status.server === null || status.loginName === null) {
    return [{ text: 'This computer is not set up.', command: 'holdfast login' }]
  }
  if (status.pendingRecovery !== null) {
    const { address, readyAt } = status.pendingRecovery
    found.push({
      text: `Somebody is recovering your account, from ${printable(address)}: from ${formatInstant(readyAt)} on your second factors can be replaced.`,
      command: 'holdfast recover-account cancel',
    })
  }
  if (status.needsSecondFactor) {
    found.push({
      text: 'Backups by themselves have stopped: the account needs a second factor.',
      command: 'holdfast login',
    })
  }
  if (status.secretStore.state !== 'ready') {
    found.push({ text: `The credential store is ${status.secretStore.state}.`, command: 'holdfast doctor' })
  }
  if (status.device === null) {
    found.push({ text: 'This computer may not run backups by itself.', command: 'holdfast devices enrol' })
  }
  if (status.engine === null) found.push({ text: 'restic was not found.', command: 'holdfast doctor' })
  if (status.nextRuns.length > 0 && !status.isScheduling) {
    found.push({ text: 'Nothing runs the schedules of this computer.', command: 'holdfast daemon' })
  }
  if (status.key !== null && !status.key.isKitConfirmed) {
    found.push({ text: 'The recovery kit is not confirmed.', command: 'holdfast kit confirm' })
  }
  return found
}

/** Problems of one set. @param runs of this set, in any order */
export function attentionOfSet(set: BackupSet, runs: readonly JobRun[], nowMs: number): Attention[] {
  if (set.deletedAt !== null) return []
  const name = printable(set.definition.name)
  const word = /^[\w.-]+$/.test(set.definition.name) ? set.definition.name : set.id
  const found: Attention[] = []
  if (set.deviceId === null) {
    found.push({ text: `No computer runs ${name}.`, command: `holdfast sets adopt ${word}` })
  }
  if (set.isBrakeTripped) {
    found.push({
      text: `Unusually much of ${name} was deleted; deletions have stopped.`,
      command: `holdfast sets resume-brake ${word}`,
    })
  }
  if (set.definition.isPaused) {
    found.push({ text: `${name} is paused.`, command: `holdfast sets resume ${word}` })
  }
  return [...found, ...attentionOfRuns(name, word, runs, nowMs)]
}

function attentionOfRuns(name: string, word: string, runs: readonly JobRun[], nowMs: number): Attention[] {
  const command = `holdfast backup ${word}`
  const success = lastSuccess(runs)
  if (success === undefined) return [{ text: `${name} was never backed up.`, command }]
  const last = lastBackup(runs)
  if (last?.skipReason === 'second-factor-required') {
    return [{ text: `The last backup of ${name} was skipped: the account needed a second factor.`, command }]
  }
  const at = Date.parse(success.endedAt)
  if (last?.outcome === 'failed') {
    const ago = formatRelative(at, nowMs)
    return [
      {
        text: `The last backup of ${name} failed (${last.errorCode ?? 'UNEXPECTED'}); the last good one was ${ago}.`,
        command,
      },
    ]
  }
  if (nowMs - at > overdueMs) {
    return [{ text: `${name} was last backed up ${formatRelative(at, nowMs)}.`, command }]
  }
  if (success.outcome === 'incomplete') {
    const count = formatCount(success.leftOutCount, 'file')
    return [
      { text: `The last backup of ${name} left out ${count}.`, command: `holdfast runs ${word} --json` },
    ]
  }
  return []
}

/** The latest backup that made a snapshot. */
export function lastSuccess(runs: readonly JobRun[]): JobRun | undefined {
  return latest(runs.filter((run) => run.outcome === 'complete' || run.outcome === 'incomplete'))
}

function lastBackup(runs: readonly JobRun[]): JobRun | undefined {
  return latest(
    runs.filter(
      ({ outcome, skipReason }) =>
        outcome !== 'cancelled' && (outcome !== 'skipped' || skipReason === 'second-factor-required'),
    ),
  )
}

function latest(runs: readonly JobRun[]): JobRun | undefined {
  return runs
    .filter((run) => run.kind === 'backup')
    .sort((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))[0]
}
