import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { deviceIdSchema } from '../../shared/model/ids.ts'
import { findUser } from '../accounts/users.ts'
import { appendAudit } from '../audit/audit.ts'
import { deviceOf } from '../devices/device-model.ts'
import { revokeDevice } from '../devices/revoking.ts'
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
    ])
    const titles = ['ID', 'LOGIN NAME', 'NAME', 'PLATFORM', 'ENROLLED', 'LAST SEEN', 'STATE']
    answer(io, options, { devices }, table(titles, rows))
  })

  common(
    device
      .command('revoke <device-id>')
      .description('Refuse a computer from now on; its running transfers stop within seconds'),
    'device revoke dev_3q2-7wAAAAAAAAAAAAAAAA',
  ).action(async (text: string, options: CommonOptions) => {
    const wasEnrolled = await withServer(options, io, (deps) => revoke(deps, text))
    answer(io, options, { wasEnrolled }, wasEnrolled ? 'Revoked.\n' : 'It was revoked before.\n')
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

async function revoke(deps: AdminDeps, text: string): Promise<boolean> {
  const id = deviceIdSchema.safeParse(text)
  const row = id.success
    ? await deps.store.db
        .selectFrom('devices')
        .select(['id', 'userId'])
        .where('id', '=', id.data)
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no computer of that id.')
  return await deps.store.transact([`user:${row.userId}`, `device:${row.id}`, 'audit'], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const wasEnrolled = await revokeDevice(tx, row, nowMs)
    await appendAudit(tx, {
      at: nowMs,
      actor: deps.by,
      action: 'device.revoked',
      outcome: 'ok',
      target: row.id,
    })
    return wasEnrolled
  })
}
