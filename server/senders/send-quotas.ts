import type { DeviceId, UserId } from '../../shared/model/ids.ts'
import type { Limits } from '../../shared/model/policy.ts'
import type { AlertKind } from '../../shared/model/alert.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { takeAll, type Quota } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'
import { countryRefusal } from './countries.ts'
import { blockOf, blockPause, noteRegistration } from './number-blocks.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** The lock that a transaction which counts messages must hold. */
export const sendsLock = 'throttle:sends'

/** From this share of a budget on administrators are told. */
const nearPercent = 80

export interface PlannedSend {
  /** E.164, or an address of mail. */
  readonly number: string
  /** What is counted as one country; all mail is one. */
  readonly callingCode: string
  /** The source network that causes it; null when the server itself does. */
  readonly network: string | null
  /** A known computer has its own count: nobody else can use the owner's messages up. */
  readonly deviceId: DeviceId | null
  /** The account that is about to register the number; null for a number that it has. */
  readonly registering: UserId | null
}

/** A quota whose end concerns more people than the one who met it. */
interface Budget extends Quota {
  readonly near: AlertKind
  readonly reached: AlertKind
  readonly about: string
}

/**
 * Counts a message before it is sent, against everything that it costs or annoys (ASVS 5.0 2.4.1, 6.6.3;
 * SMS pumping: peers.md B1). A computer that proved its key is in lanes of its own, each as wide as that of all
 * others together: while somebody floods the server, known computers go on. So do the server's own notices:
 * nobody can use up the message that would tell on them.
 *
 * @param userLimits what holds for one number
 * @param serverLimits what holds for networks, countries and the server
 * @returns null when it may be sent, else the seconds until it may
 */
export async function takeSend(
  tx: Tx,
  send: PlannedSend,
  userLimits: Limits,
  serverLimits: Limits,
  nowMs: number,
): Promise<number | null> {
  const isPhone = isPhoneNumber(send.number)
  if (isPhone && (await countryRefusal(tx, send.number)) !== null) return dayMs / 1000
  const { registering } = send
  if (isPhone && registering !== null) {
    const pause = await blockPause(tx, send.number, nowMs)
    if (pause !== null) return pause
  }
  const budgets = budgetsOf(send, serverLimits)
  const wait = await takeAll(tx, [...quotasOf(send, userLimits, serverLimits), ...budgets], nowMs)
  for (const budget of budgets) await alertOfBudget(tx, budget, wait !== null, nowMs)
  if (wait === null && isPhone && registering !== null) {
    await noteRegistration(tx, { number: send.number, registering }, serverLimits, nowMs)
  }
  return wait
}

/** What one number, block, network or account may cause. */
function quotasOf(send: PlannedSend, userLimits: Limits, serverLimits: Limits): Quota[] {
  const { network, number, registering } = send
  const lane = laneOf(send)
  const quotas: Quota[] = [
    {
      key: `send:number:10min:${number}${lane.ofOne}`,
      limit: userLimits.sendsPerNumberPer10Minutes,
      windowMs: 10 * minuteMs,
    },
    {
      key: `send:number:day:${number}${lane.ofOne}`,
      limit: userLimits.sendsPerNumberPerDay,
      windowMs: dayMs,
    },
  ]
  // A sign-in can name any number as its new one, and the next sign-in another. Together they count as one
  // number does, or one account could use up what all others may be sent.
  if (registering !== null) {
    const key = `send:registering:${registering}`
    quotas.push({ key, limit: userLimits.sendsPerNumberPerDay, windowMs: dayMs })
  }
  if (isPhoneNumber(number)) {
    const key = `send:block:${blockOf(number)}${lane.ofAll}`
    quotas.push({ key, limit: serverLimits.sendsPerPrefixPerDay, windowMs: dayMs })
  }
  if (network !== null) {
    const key = `send:network:${network}${lane.ofOne}`
    quotas.push({ key, limit: serverLimits.sendsPerNetworkPerHour, windowMs: 60 * minuteMs })
  }
  return quotas
}

function budgetsOf(send: PlannedSend, limits: Limits): Budget[] {
  const { callingCode } = send
  const { ofAll, who } = laneOf(send)
  return [
    {
      key: `send:country:${callingCode}${ofAll}`,
      limit: limits.sendsPerCountryPerDay,
      windowMs: dayMs,
      near: 'country-budget-near',
      reached: 'country-budget-reached',
      about: `${callingCode}, ${who}`,
    },
    {
      key: `send:server${ofAll}`,
      limit: limits.sendsPerServerPerDay,
      windowMs: dayMs,
      near: 'message-budget-near',
      reached: 'message-budget-reached',
      about: who,
    },
  ]
}

/** What a message is counted with: in what concerns one number or network, and in what all share. */
function laneOf({ deviceId, network }: PlannedSend): { ofOne: string; ofAll: string; who: string } {
  if (deviceId !== null) return { ofOne: `:${deviceId}`, ofAll: ':known', who: 'known computers' }
  if (network === null) return { ofOne: ':notices', ofAll: ':notices', who: 'notices' }
  return { ofOne: '', ofAll: '', who: 'unknown computers' }
}

function isPhoneNumber(number: string): boolean {
  return number.startsWith('+')
}

async function alertOfBudget(tx: Tx, budget: Budget, isRefused: boolean, nowMs: number): Promise<void> {
  const row = await tx
    .selectFrom('throttles')
    .select(['count', 'windowStartedAt'])
    .where('key', '=', budget.key)
    .executeTakeFirst()
  // Refused by another limit, or of a day that is over.
  if (row === undefined || nowMs - row.windowStartedAt >= budget.windowMs) return
  const { about, limit } = budget
  const details = { about, limit }
  if (isRefused && row.count >= limit) await recordAlert(tx, { kind: budget.reached, about, details }, nowMs)
  else if (row.count * 100 >= limit * nearPercent)
    await recordAlert(tx, { kind: budget.near, about, details }, nowMs)
}
