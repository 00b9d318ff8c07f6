import type { Kysely } from 'kysely'
import { AppError, inputError } from '../shared/errors.ts'
import { serverSettingsSchema, type ServerSettings } from '../shared/model/server-settings.ts'
import { appendAudit } from './audit/audit.ts'
import type { ServerDeps } from './deps.ts'
import type { Tx } from './store/store.ts'
import type { Tables } from './store/tables.ts'
import { storedTrial } from './trials/trial-settings.ts'

/** The lock that a change of the settings must hold. */
export const settingsLock = 'settings'

/** The settings of the whole server; their defaults until somebody changed one. */
export async function serverSettings(
  db: Kysely<Tables>,
): Promise<{ readonly settings: ServerSettings; readonly version: number }> {
  const row = await db.selectFrom('settings').selectAll().where('name', '=', 'server').executeTakeFirst()
  if (row === undefined) return { settings: serverSettingsSchema.parse({}), version: 0 }
  return { settings: serverSettingsSchema.parse(JSON.parse(row.value)), version: row.version }
}

/**
 * Replaces the settings, inside the caller's transaction, which holds `settingsLock` and `audit`.
 *
 * @param version the version that was edited; 0 = the defaults
 * @throws AppError INPUT_INVALID (also a group for trials that is not there), VERSION_CONFLICT; CONFLICT into mobile mode (server/mode-switch.ts) or out of it
 */
export async function changeServerSettings(
  tx: Tx,
  deps: Pick<ServerDeps, 'clock' | 'serverKey'>,
  change: { readonly settings: unknown; readonly version: number },
  by: string,
): Promise<{ readonly settings: ServerSettings; readonly version: number }> {
  const parsed = serverSettingsSchema.safeParse(change.settings)
  if (!parsed.success) throw inputError(parsed.error)
  const before = await serverSettings(tx)
  if (before.version !== change.version) {
    throw new AppError('VERSION_CONFLICT', 'The settings were changed in the meantime.')
  }
  const { mode } = parsed.data
  if (mode !== before.settings.mode && (mode === 'mobile' || before.settings.mode === 'mobile')) {
    const message =
      mode === 'mobile'
        ? 'Going to mobile mode erases phones for good: use the switch, which says what goes.'
        : 'Mobile mode is for good: the phones and providers are erased.'
    throw new AppError('CONFLICT', message, { details: { paths: ['mode'] } })
  }
  const settings = { ...parsed.data, trial: await storedTrial(tx, parsed.data.trial, deps.serverKey) }
  const version = before.version + 1
  await storeServerSettings(tx, settings, version)
  await appendAudit(tx, {
    at: deps.clock.nowMs(),
    actor: by,
    action: 'settings.changed',
    outcome: 'ok',
    details: { before: JSON.stringify(before.settings), after: JSON.stringify(settings) },
  })
  return { settings, version }
}

/** Writes the settings as they are given; every rule is the caller's. */
export async function storeServerSettings(tx: Tx, settings: ServerSettings, version: number): Promise<void> {
  const value = JSON.stringify(settings)
  await tx
    .insertInto('settings')
    .values({ name: 'server', value, version })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, version }))
    .execute()
}
