import type { TrialSettings } from '../../shared/model/trial.ts'
import { recordAlert } from '../alerts/alerts.ts'
import type { Origin } from '../http/handler.ts'
import type { CountedRequest } from '../mailed-codes/counting.ts'
import { waitFor, type Quota } from '../sign-in/throttles.ts'
import type { Kysely } from 'kysely'
import type { Tables } from '../store/tables.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** The lock under which registrations are counted. */
export const trialsLock = 'throttle:trials'

/** Mails for one account that is made: people mistype addresses and lose mails, and programs ask for more. */
const asksPerAccount = 5

export function countedAsk({ perDay }: TrialSettings, { network }: Origin): CountedRequest {
  return {
    name: 'trials',
    quotas: [{ key: `trials:asks:network:${network}`, limit: 10, windowMs: hourMs }, asks(perDay)],
    action: 'trial.asked',
    refusal: 'Too many codes for registering were asked for',
  }
}

const asks = (perDay: number): Quota => ({
  key: 'trials:asks:server',
  limit: perDay * asksPerAccount,
  windowMs: dayMs,
})

/** One address costs its owner a mail, whatever it tells. */
export function mailsTo(addressMac: string, { mailsPerAddressPerDay }: TrialSettings): Quota {
  return { key: `trials:address:${addressMac}`, limit: mailsPerAddressPerDay, windowMs: dayMs }
}

/** The code is far too long to be tried; somebody who tries all the same is slowed down and seen. */
export function countedTry(addressMac: string, { network }: Origin): CountedRequest {
  return {
    name: 'trials',
    quotas: [
      { key: `trials:tries:network:${network}`, limit: 20, windowMs: 10 * minuteMs },
      { key: `trials:tries:address:${addressMac}`, limit: 20, windowMs: hourMs },
    ],
    action: 'trial.registered',
    refusal: 'Too many codes were tried',
  }
}

const everybody = ({ perDay }: TrialSettings): Quota => ({
  key: 'trials:made:server',
  limit: perDay,
  windowMs: dayMs,
})

/** Accounts made, for the whole server and for one network. */
export function accountsMade(trial: TrialSettings, { network }: Origin): Quota[] {
  const ofNetwork = {
    key: `trials:made:network:${network}`,
    limit: trial.perNetworkPerDay,
    windowMs: dayMs,
  }
  return [everybody(trial), ofNetwork]
}

/** Tells administrators where it is the whole server that takes nobody any more today. */
export async function alertIfUsedUp(db: Kysely<Tables>, trial: TrialSettings, nowMs: number): Promise<void> {
  const budgets = [
    ['accounts', everybody(trial)],
    ['mails', asks(trial.perDay)],
  ] as const
  for (const [about, quota] of budgets) {
    if ((await waitFor(db, [quota], nowMs)) === null) continue
    const details = { about, limit: quota.limit }
    await recordAlert(db, { kind: 'trials-used-up', about, details }, nowMs)
  }
}
