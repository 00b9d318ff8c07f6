import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { deviceIdSchema } from '../../shared/model/ids.ts'
import { findUser } from '../accounts/users.ts'
import { appendAudit } from '../audit/audit.ts'
import { deviceOf } from '../devices/device-model.ts'
import { refuseDevice } from '../devices/revoking.ts'
import { untrustDevice } from '../devices/trust.ts'
import type { Tx } from '../store/store.ts'
import type { DeviceRow } from '../store/tables.ts'
import { answer, common, withServer, type AdminDeps, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { table, timeText } from './table.ts'

export function addDevice(program: Command, io: CommandIo): void {
  const device = program.command('device').description('Enrolled computers')

  common(
    device
      .command('list')
      .description('All computers')
      .option('--user <login-name>', 'only those of an account'),
    'device list',
    'device list --user anna --json',
  ).action(async (options: CommonOptions & { user?: string }) => {
    const devices = await withServer(options, io, (deps) => readDevices(deps, options.user))
    const rows = devices.map((each) => [
      each.id,
      each.loginName,
      each.name,
      each.platform,
      timeText(each.enrolledAt),
      timeText(each.lastSeenAt),
      each.revokedAt === null ? 'enrolled' : `revoked ${timeText(each.revokedAt)}`,
      timeText(each.trustedUntil),
    ])
    const titles = ['ID', 'LOGIN NAME', 'NAME', 'PLATFORM', 'ENROLLED', 'LAST SEEN', 'STATE', 'TRUSTED UNTIL']
    answer(io, options, { devices }, table(titles, rows))
  })

  common(
    device
      .command('revoke <device-id>')
      .description('Refuse a computer from now on; its running transfers stop within seconds'),
    'device revoke dev_3q2-7wAAAAAAAAAAAAAAAA',
  ).action(async (text: string, options: CommonOptions) => {
    const wasEnrolled = await withServer(options, io, (deps) =>
      change(deps, text, 'device.revoked', refuseDevice),
    )
    answer(io, options, { wasEnrolled }, wasEnrolled ? 'Revoked.\n' : 'It was revoked before.\n')
  })

  common(
    device
      .command('untrust <device-id>')
      .description('Ask a trusted computer for the second factor again; its backups go on'),
    'device untrust dev_3q2-7wAAAAAAAAAAAAAAAA',
  ).action(async (text: string, options: CommonOptions) => {
    const wasTrusted = await withServer(options, io, (deps) =>
      change(deps, text, 'device.trust-ended', untrustDevice),
    )
    answer(io, options, { wasTrusted }, wasTrusted ? 'No longer trusted.\n' : 'It was not trusted.\n')
  })
}

async function readDevices(deps: AdminDeps, loginName: string | undefined) {
  let query = deps.store.db
    .selectFrom('devices')
    .innerJoin('users', 'users.id', 'devices.userId')
    .selectAll('devices')
    .select('users.loginName')
    .orderBy('users.loginKey')
    .orderBy('devices.enrolledAt')
  if (loginName !== undefined) query = query.where('users.id', '=', (await findUser(deps, loginName)).id)
  return (await query.execute()).map((row) => ({ ...deviceOf(row), loginName: row.loginName }))
}

async function deviceRow(deps: AdminDeps, text: string): Promise<Pick<DeviceRow, 'id' | 'userId' | 'name'>> {
  const id = deviceIdSchema.safeParse(text)
  const row = id.success
    ? await deps.store.db
        .selectFrom('devices')
        .select(['id', 'userId', 'name'])
        .where('id', '=', id.data)
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no computer of that id.')
  return row
}

/** Changes a computer and records it in one transaction. @returns what the change says of the state before */
async function change(
  deps: AdminDeps,
  text: string,
  action: 'device.revoked' | 'device.trust-ended',
  work: (tx: Tx, device: Pick<DeviceRow, 'id' | 'userId' | 'name'>, nowMs: number) => Promise<boolean>,
): Promise<boolean> {
  const row = await deviceRow(deps, text)
  return await deps.store.transact([`user:${row.userId}`, `device:${row.id}`, 'audit'], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const had = await work(tx, row, nowMs)
    await appendAudit(tx, { at: nowMs, actor: deps.by, action, outcome: 'ok', target: row.id })
    return had
  })
}
