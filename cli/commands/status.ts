import type { Command } from 'commander'
import type { SessionScope } from '../../shared/model/account.ts'
import type { AppStatus } from '../../shared/client-api.ts'
import { isAppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { CommandContext } from '../context.ts'
import { formatSize } from '../format/size.ts'
import { formatTable } from '../format/table.ts'
import { formatInstant, formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { requestOnly } from '../request.ts'
import { stateOf } from '../sets/set-text.ts'
import { attentionOfComputer, attentionOfSet, lastSuccess, type Attention } from '../status/attention.ts'

export function addStatus(program: Command, host: Host): void {
  program.command('status').description('is everything protected?').action(host.run(status))
}

interface SetStatus {
  readonly set: BackupSet
  readonly runs: readonly JobRun[]
}

async function status(context: CommandContext): Promise<number> {
  const app = await freshStatus(context)
  const seen = await seenBy(context, app)
  const sets = seen?.sets
  const nowMs = context.clock.nowMs()
  const attention = [
    ...attentionOfComputer(app),
    ...(sets ?? []).flatMap(({ set, runs }) => attentionOfSet(set, runs, nowMs)),
    ...(sets?.length === 0 ? [{ text: 'There is no backup set yet.', command: 'holdfast sets add' }] : []),
  ]
  const document = {
    ...app,
    trialEndsAt: seen?.trialEndsAt ?? null,
    backupSets: sets?.map(({ set, runs }) => ({ ...set, lastSuccess: lastSuccess(runs) ?? null })) ?? null,
    attention,
  }
  result(context, document, () => [
    ...computerLines(app, seen?.trialEndsAt ?? null, nowMs),
    ...setLines(sets ?? [], app, nowMs),
    '',
    ...attentionLines(context, attention, sets !== undefined),
  ])
  return 0
}

/** Where nothing runs the schedules, nothing has asked the server what the owner must know. */
async function freshStatus(context: CommandContext): Promise<AppStatus> {
  const app = await requestOnly(context, 'app.status', {})
  if (app.isScheduling || app.device === null) return app
  await requestOnly(context, 'schedule.refresh', {})
  return await requestOnly(context, 'app.status', {})
}

/** Undefined when nobody is signed in, so that nobody may look. */
async function seenBy(
  context: CommandContext,
  app: AppStatus,
): Promise<{ readonly sets: readonly SetStatus[]; readonly trialEndsAt: string | null } | undefined> {
  if (app.server === null) return undefined
  try {
    const { backupSets } = await requestOnly(context, 'sets.list', {})
    const statuses: SetStatus[] = []
    for (const set of backupSets) {
      const { runs } = await requestOnly(context, 'runs.list', { backupSetId: set.id, limit: 100 })
      statuses.push({ set, runs })
    }
    const { expiresAt, subscription } = await requestOnly(context, 'account.me', {})
    return { sets: statuses, trialEndsAt: subscription === 'trial' ? expiresAt : null }
  } catch (error) {
    if (isAppError(error, 'SESSION_ENDED') || isAppError(error, 'NOT_SET_UP')) return undefined
    throw error
  }
}

const scopeTexts: Record<SessionScope, string> = {
  full: '',
  limited: ' (view and back up only)',
  legacy: ' (without a second factor: back up only)',
}

function computerLines(app: AppStatus, trialEndsAt: string | null, nowMs: number): string[] {
  const session =
    app.session === null
      ? 'not signed in'
      : `signed in until ${formatInstant(app.session.expiresAt)}${scopeTexts[app.session.scope]}`
  const facts: (readonly [string, string])[] = [
    ['Server', app.server === null ? 'none' : app.server.address],
    ...(app.proxy.inUse === null ? [] : [['Proxy', app.proxy.inUse] as const]),
    ['Account', `${app.loginName ?? 'none'}, ${session}`],
    ...(trialEndsAt === null ? [] : [['Trial', trialText(trialEndsAt, nowMs)] as const]),
    [
      'Computer',
      app.device === null ? 'may not run backups by itself' : `${app.device.name}, may run backups by itself`,
    ],
    ['Secrets', `${app.secretStore.place} (${app.secretStore.state})`],
    ['Engine', app.engine === null ? 'restic was not found' : `restic ${app.engine.version}`],
    ['Edition', app.installation.edition],
    ['Profile', app.profilePath],
  ]
  return facts.map(([name, value]) => `${name.padEnd(9)} ${printable(value)}`)
}

function trialText(endsAt: string, nowMs: number): string {
  const when = `${formatRelative(Date.parse(endsAt), nowMs)}, ${formatInstant(endsAt)}`
  return `ends ${when}; then nothing is backed up`
}

function setLines(sets: readonly SetStatus[], app: AppStatus, nowMs: number): string[] {
  if (sets.length === 0) return []
  const columns = [
    { title: 'SET' },
    { title: 'LAST SUCCESS' },
    { title: 'NEXT RUN' },
    { title: 'STORED', align: 'right' as const },
    { title: 'STATE' },
  ]
  const rows = sets.map(({ set, runs }) => {
    const success = lastSuccess(runs)
    const next = app.nextRuns.find((run) => run.backupSetId === set.id)
    return [
      printable(set.definition.name),
      success === undefined ? 'never' : formatRelative(Date.parse(success.endedAt), nowMs),
      next === undefined ? '' : formatRelative(Date.parse(next.at), nowMs),
      formatSize(set.storedBytes),
      stateOf(set),
    ]
  })
  return ['', ...formatTable(columns, rows)]
}

function attentionLines(
  { terminal }: CommandContext,
  attention: readonly Attention[],
  isComplete: boolean,
): string[] {
  const lines = attention.map(
    ({ text, command }) => `${terminal.paint('yellow', '!')} ${text}  →  ${terminal.paint('bold', command)}`,
  )
  if (lines.length > 0) return lines
  if (!isComplete) return ['Sign in to see whether everything is protected: holdfast login']
  return [terminal.paint('green', 'Everything is protected.')]
}
