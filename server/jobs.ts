import type { AuthDeps } from './accounts/auth-deps.ts'
import { deliverAlerts } from './alerts/deliver-alerts.ts'
import { sendRecordedNotices } from './factors/recorded-notices.ts'
import { sendDueNotices } from './recovery/notices.ts'
import { removeOldRecoveries } from './recovery/remove-old.ts'
import { removeOldSends } from './senders/remove-old.ts'
import { remindOfEnrolBy } from './sign-in/enrol-reminders.ts'
import { removeOldSignIns } from './sign-in/remove-old.ts'
import { startStorageJobs } from './storage/jobs.ts'
import type { StorageDeps } from './storage/storage-deps.ts'
import { remindOfTrialEnd } from './trials/end-reminders.ts'
import { removeOldRegistrations } from './trials/remove-old.ts'

const removeOldEveryMs = 60 * 60_000
const remindEveryMs = 60 * 60_000
const deliverEveryMs = 30_000

/** Everything the server does by itself. `stop` resolves when nothing of it runs any more. */
export function startJobs(deps: StorageDeps, auth: AuthDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const storage = startStorageJobs(deps)
  const running = [
    repeat(auth, removeOldEveryMs, signal, removeOldSignIns, 'Old sign-ins could not be removed.'),
    repeat(auth, removeOldEveryMs, signal, removeOldSends, 'Old records of messages could not be removed.'),
    repeat(auth, removeOldEveryMs, signal, removeOldRecoveries, 'Old recoveries could not be removed.'),
    repeat(auth, removeOldEveryMs, signal, removeOldRegistrations, 'Old registrations could not be removed.'),
    repeat(auth, remindEveryMs, signal, remindOfEnrolBy, 'Reminders of a second factor could not be sent.'),
    repeat(auth, remindEveryMs, signal, remindOfTrialEnd, 'Reminders of a trial’s end could not be sent.'),
    repeat(auth, deliverEveryMs, signal, sendDueNotices, 'Notices about recoveries could not be sent.'),
    repeat(auth, deliverEveryMs, signal, sendRecordedNotices, 'Notices about accounts could not be sent.'),
    repeat(auth, deliverEveryMs, signal, deliverAlerts, 'Alerts could not be delivered.'),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all([storage.stop(), ...running])
    },
  }
}

async function repeat(
  deps: AuthDeps,
  everyMs: number,
  signal: AbortSignal,
  work: (deps: AuthDeps) => Promise<void>,
  failure: string,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work(deps)
    } catch (error) {
      deps.log.error({ err: error }, failure)
    }
    await deps.clock.sleep(everyMs, signal)
  }
}
