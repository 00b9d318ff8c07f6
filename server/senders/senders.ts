import type { Kysely } from 'kysely'
import { AppError, inputError } from '../../shared/errors.ts'
import type { SenderId } from '../../shared/model/ids.ts'
import {
  configuredSenderId,
  maskedSecret,
  secretFields,
  senderDraftSchema,
  type ProviderSettings,
  type Sender,
  type SenderDraft,
} from '../../shared/model/sender.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { SenderRow, Tables } from '../store/tables.ts'
import { configuredSender } from './configured.ts'
import {
  channelsOf,
  isSameDestination,
  openSettings,
  rowOf,
  senderOf,
  storedSettings,
} from './sender-rows.ts'

type SenderDeps = Pick<ServerDeps, 'store' | 'clock' | 'serverKey' | 'config'>

/** The lock that a change of senders must hold. */
export const sendersLock = 'senders'
/** More than anybody needs; beyond this somebody is filling the database. */
const maxSenders = 20

/** In the order in which they are tried; the configuration file's comes last. Secrets are masked. */
export async function listSenders(deps: Pick<SenderDeps, 'store' | 'config'>): Promise<Sender[]> {
  const stored = (await senderRows(deps.store.db)).map(senderOf)
  const configured = configuredSender(deps.config)
  return configured === null ? stored : [...stored, configured]
}

/** In the order in which they are tried. */
export async function senderRows(db: Kysely<Tables>) {
  return await db.selectFrom('senders').selectAll().orderBy('position').orderBy('name').execute()
}

/**
 * @param draft `senderDraftSchema`, with every secret
 * @throws AppError INPUT_INVALID, CONFLICT (the name is taken, or too many), NOT_ALLOWED (outbox in production)
 */
export async function addSender(deps: SenderDeps, draft: unknown, by: string): Promise<Sender> {
  const parsed = parseDraft(deps, draft)
  const missing = secretsAmong(parsed.settings).filter(([, value]) => value === maskedSecret)
  if (missing.length > 0) throw secretMissing(missing.map(([name]) => name))
  return await deps.store.transact([sendersLock, 'audit'], async (tx) => {
    const rows = await senderRows(tx)
    if (rows.length >= maxSenders) throw new AppError('CONFLICT', `There are ${maxSenders} senders already.`)
    checkName(rows, parsed.name)
    const row = rowOf(newId<SenderId>('snd'), parsed, 1, deps.serverKey)
    await tx.insertInto('senders').values(row).execute()
    return await recorded(tx, deps, 'sender.added', senderOf(row), by)
  })
}

/**
 * Replaces a sender. A mask in place of a secret keeps the stored one, unless the secret would then go
 * somewhere else: it must be given again with a new address, or whoever took over a console could have
 * it sent to themselves.
 *
 * @param change.version the version that was edited
 * @throws AppError NOT_FOUND, VERSION_CONFLICT, INPUT_INVALID, CONFLICT, NOT_ALLOWED
 */
export async function updateSender(
  deps: SenderDeps,
  change: { readonly id: string; readonly version: number; readonly draft: unknown },
  by: string,
): Promise<Sender> {
  const parsed = parseDraft(deps, change.draft)
  return await deps.store.transact([sendersLock, 'audit'], async (tx) => {
    const rows = await senderRows(tx)
    const before = rows.find(({ id }) => id === change.id)
    if (before === undefined) throw notFound(change.id)
    if (before.version !== change.version)
      throw new AppError('VERSION_CONFLICT', 'The sender was changed in the meantime.')
    checkName(
      rows.filter(({ id }) => id !== before.id),
      parsed.name,
    )
    if (storedSettings(before).provider !== parsed.settings.provider) {
      throw new AppError('INPUT_INVALID', 'A sender keeps its provider; add another one instead.', {
        details: { paths: ['settings.provider'] },
      })
    }
    const settings = withStoredSecrets(
      parsed.settings,
      () => openSettings(before, deps.serverKey),
      () => isSameDestination(storedSettings(before), parsed.settings),
    )
    const row = rowOf(before.id, { ...parsed, settings }, before.version + 1, deps.serverKey)
    await tx.updateTable('senders').set(row).where('id', '=', row.id).execute()
    return await recorded(tx, deps, 'sender.changed', senderOf(row), by)
  })
}

/** @throws AppError NOT_FOUND, NOT_ALLOWED for the one of the configuration file */
export async function removeSender(deps: SenderDeps, id: string, by: string): Promise<void> {
  await deps.store.transact([sendersLock, 'audit'], async (tx) => {
    const row = (await senderRows(tx)).find((each) => each.id === id)
    if (row === undefined) throw notFound(id)
    await tx.deleteFrom('senders').where('id', '=', row.id).execute()
    await tx.deleteFrom('senderTests').where('senderId', '=', row.id).execute()
    await recorded(tx, deps, 'sender.removed', senderOf(row), by)
  })
}

/** Those that send to phones. */
export async function phoneSenders(db: Kysely<Tables>): Promise<SenderRow[]> {
  return (await senderRows(db)).filter((row) => channelsOf(row).some((channel) => channel !== 'email'))
}

/**
 * Takes text messages and calls from every sender for good, and removes those that are left without a channel. Inside
 * the caller's transaction, which holds `audit`.
 *
 * @returns how many senders were removed
 */
export async function removePhoneSenders(
  tx: Tx,
  deps: Pick<SenderDeps, 'clock'>,
  by: string,
): Promise<number> {
  const rows = await senderRows(tx)
  let removed = 0
  for (const row of rows) {
    const channels = channelsOf(row).filter((channel) => channel === 'email')
    if (channels.length === channelsOf(row).length) continue
    const kept = { ...row, channels: JSON.stringify(channels), version: row.version + 1 }
    if (channels.length > 0) {
      await tx.updateTable('senders').set(kept).where('id', '=', row.id).execute()
      await recorded(tx, deps, 'sender.changed', senderOf(kept), by)
      continue
    }
    await tx.deleteFrom('senders').where('id', '=', row.id).execute()
    await tx.deleteFrom('senderTests').where('senderId', '=', row.id).execute()
    await recorded(tx, deps, 'sender.removed', senderOf(row), by)
    removed += 1
  }
  return removed
}

function parseDraft({ config }: SenderDeps, draft: unknown): SenderDraft {
  const parsed = senderDraftSchema.safeParse(draft)
  if (!parsed.success) throw inputError(parsed.error)
  if (parsed.data.settings.provider === 'outbox' && config.environment === 'production') {
    throw new AppError('NOT_ALLOWED', 'The outbox is for trying the product out; production refuses it.')
  }
  return parsed.data
}

function checkName(others: readonly { readonly name: string }[], name: string): void {
  if (others.some((each) => each.name === name))
    throw new AppError('CONFLICT', 'There is a sender of that name already.')
}

function withStoredSecrets(
  given: ProviderSettings,
  stored: () => ProviderSettings,
  isSameWay: () => boolean,
): ProviderSettings {
  const unchanged = secretsAmong(given)
    .filter(([, value]) => value === maskedSecret)
    .map(([name]) => name)
  if (unchanged.length === 0) return given
  if (!isSameWay()) throw secretMissing(unchanged)
  const before = new Map(secretsAmong(stored()))
  const kept = Object.fromEntries(unchanged.map((name) => [name, before.get(name) ?? null]))
  const merged = senderDraftSchema.shape.settings.safeParse({ ...given, ...kept })
  if (!merged.success) throw secretMissing(unchanged)
  return merged.data
}

function secretsAmong(settings: ProviderSettings): [string, unknown][] {
  const fields: Record<string, unknown> = { ...settings }
  return secretFields[settings.provider].map((name) => [name, fields[name]])
}

function secretMissing(names: readonly string[]): AppError {
  return new AppError('INPUT_INVALID', 'A new address needs its secrets to be given again.', {
    details: { paths: names.map((name) => `settings.${name}`), reason: 'secret-missing' },
  })
}

function notFound(id: string): AppError {
  return id === configuredSenderId
    ? new AppError('NOT_ALLOWED', 'This sender stands in the configuration file and is changed there.')
    : new AppError('NOT_FOUND', 'There is no such sender.')
}

/** Whoever can change where passcodes go can sign in as others: every change is an alert too. */
async function recorded(
  tx: Tx,
  { clock }: Pick<SenderDeps, 'clock'>,
  action: 'sender.added' | 'sender.changed' | 'sender.removed',
  sender: Sender,
  by: string,
): Promise<Sender> {
  const at = clock.nowMs()
  const { id, name, settings } = sender
  const details = { name, settings: JSON.stringify(settings), channels: sender.channels }
  await appendAudit(tx, { at, actor: by, action, outcome: 'ok', target: id, details })
  const about = { kind: 'senders-changed' as const, about: id, details: { name, action, by } }
  await recordAlert(tx, about, at)
  return sender
}
