import { isoOf } from '../../shared/clock.ts'
import type { RecoveryId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import { newId } from '../server-key.ts'
import type { Decision, Verdict } from '../sign-in/decide.ts'
import { endTransaction } from '../sign-in/transactions.ts'
import type { RecoveryRow } from '../store/recovery-tables.ts'
import { clientInfoSchema } from '../../shared/model/sign-in.ts'
import { endRecovery, planNotice } from './ending.ts'
import { recipientsOf, recoveryChannels } from './waiting.ts'

const hourMs = 3_600_000
const countedMs = 30 * 24 * hourMs

/**
 * Seconds until another recovery may begin, or null when one may now. Each start sends a row of messages to
 * everybody: whoever has the password and the number must not be able to wear the owner's attention down.
 */
export async function secondsUntilStart(decision: Decision): Promise<number | null> {
  const { nowMs, policy, tx, user } = decision
  const starts = await tx
    .selectFrom('recoveries')
    .select('startedAt')
    .where('userId', '=', user.id)
    .where('startedAt', '>', nowMs - countedMs)
    .orderBy('startedAt', 'desc')
    .execute()
  const oldest = starts[policy.recovery.startsPer30Days - 1]
  return oldest === undefined ? null : Math.ceil((oldest.startedAt + countedMs - nowMs) / 1000)
}

/** Begins the waiting time and plans the notices of all of it, with what the account has now. */
export async function startWaiting(decision: Decision, phoneNumber: string): Promise<RecoveryRow> {
  const { deps, nowMs, origin, policy, transaction, tx, user } = decision
  await expireOld(decision)
  const waitMs = policy.recovery.waitHours * hourMs
  const readyAt = nowMs + waitMs
  const recipients = await recipientsOf(tx, user.id, await recoveryChannels(deps, tx))
  const hasOther = recipients.some(({ recipient }) => recipient !== phoneNumber)
  const recovery: RecoveryRow = {
    id: newId<RecoveryId>('rcv'),
    userId: user.id,
    phoneNumber,
    startedAt: nowMs,
    // With nobody else to write to, the enrolled computers show it from now on.
    toldAt: hasOther ? null : nowMs,
    readyAt,
    endsAt: readyAt + policy.recovery.windowHours * hourMs,
    status: 'waiting',
    endedAt: null,
    address: origin.address,
    clientName: clientInfoSchema.parse(JSON.parse(transaction.client)).name,
  }
  await tx.insertInto('recoveries').values(recovery).execute()
  for (const each of recipients) {
    const notice = { ...each, recoveryId: recovery.id }
    await planNotice(tx, { ...notice, what: 'started', dueAt: nowMs })
    await planNotice(tx, { ...notice, what: 'waiting', dueAt: nowMs + waitMs / 2 })
    await planNotice(tx, { ...notice, what: 'waiting', dueAt: readyAt - hourMs })
    await planNotice(tx, { ...notice, what: 'ready', dueAt: readyAt })
  }
  await appendAudit(tx, {
    at: nowMs,
    actor: `user:${user.id}`,
    action: 'recovery.started',
    outcome: 'ok',
    target: recovery.id,
    address: origin.address,
    details: { waitHours: policy.recovery.waitHours, noticeCount: recipients.length },
  })
  return recovery
}

/** The end of this sign-in: nothing but waiting, or stopping it, is left to do. */
export async function stillWaiting(
  decision: Decision,
  recovery: RecoveryRow,
): Promise<Extract<Verdict, { kind: 'step' }>> {
  await endTransaction(decision.tx, decision.transaction.id, 'finished', decision.nowMs)
  const { endsAt, readyAt } = recovery
  return {
    kind: 'step',
    step: { kind: 'recovery-waiting', readyAt: isoOf(readyAt), endsAt: isoOf(endsAt) },
  }
}

async function expireOld({ nowMs, tx, user }: Decision): Promise<void> {
  const old = await tx
    .selectFrom('recoveries')
    .selectAll()
    .where('userId', '=', user.id)
    .where('status', '=', 'waiting')
    .where('endsAt', '<=', nowMs)
    .execute()
  for (const row of old) {
    await endRecovery(tx, row, 'expired', { nowMs, actor: 'server', reason: 'window-over', address: null })
  }
}
