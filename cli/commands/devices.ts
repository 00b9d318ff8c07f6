import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { Device } from '../../shared/model/account.ts'
import { askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatTable } from '../format/table.ts'
import { formatInstant, formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'

export function addDevices(program: Command, host: Host): void {
  const devices = program
    .command('devices')
    .description('computers that may run your backups by themselves')
    .action(host.run(list))
  devices.command('list').description('all computers of the account').action(host.run(list))
  devices
    .command('enrol')
    .description('let this computer run backups by itself')
    .option('--name <name>', 'what the server calls it')
    .action(
      host.run(async (context, options: { readonly name?: string }) => {
        const { device } = await request(context, 'devices.enrol', options)
        result(context, { device }, () => [`${printable(device.name)} may run backups by itself.`])
        return 0
      }),
    )
  devices
    .command('untrust')
    .description('ask for a second factor there again; its backups go on')
    .argument('<device>', 'name, id or beginning of the id')
    .action(
      host.run(async (context, word: string) => {
        const { devices: all } = await request(context, 'devices.list', {})
        const device = matchDevice(all, word)
        await request(context, 'devices.untrust', { deviceId: device.id })
        result(context, { untrusted: device.id }, () => [
          `${printable(device.name)} is asked for a second factor again.`,
        ])
        return 0
      }),
    )
  devices
    .command('revoke')
    .description('take a computer off the account; its runs end within seconds')
    .argument('<device>', 'name, id or beginning of the id')
    .option('-y, --yes', 'do not ask')
    .action(host.run(revoke))
}

async function list(context: CommandContext): Promise<number> {
  const { devices } = await request(context, 'devices.list', {})
  const { device: own } = await request(context, 'app.status', {})
  const nowMs = context.clock.nowMs()
  const since = (at: string | null): string => (at === null ? '' : formatRelative(Date.parse(at), nowMs))
  result(context, { devices }, () => {
    if (devices.length === 0) return ['No computer may run backups by itself yet.']
    const columns = ['NAME', 'PLATFORM', 'LAST SEEN', 'FROM', 'STATE', 'TRUSTED', 'ID'].map((title) => ({
      title,
    }))
    const rows = devices.map((device) => [
      printable(device.name) + (device.id === own?.id ? ' (this one)' : ''),
      printable(device.platform),
      since(device.lastSeenAt),
      device.lastAddress ?? '',
      device.revokedAt === null ? 'active' : `revoked ${since(device.revokedAt)}`,
      trustOf(device, nowMs),
      device.id,
    ])
    return formatTable(columns, rows)
  })
  return 0
}

function trustOf({ trustedUntil }: Device, nowMs: number): string {
  if (trustedUntil === null || Date.parse(trustedUntil) <= nowMs) return ''
  return `until ${formatInstant(trustedUntil)}`
}

/** @throws AppError NOT_FOUND; INPUT_INVALID when several fit */
export function matchDevice(devices: readonly Device[], word: string): Device {
  const active = devices.filter((device) => device.revokedAt === null)
  const exact = active.filter((device) => device.id === word || device.name === word)
  const fitting =
    exact.length > 0 ? exact : active.filter((device) => word.length >= 6 && device.id.startsWith(word))
  const [only, another] = fitting
  if (only === undefined) throw new AppError('NOT_FOUND', `There is no active computer "${word}".`)
  if (another !== undefined) {
    throw new AppError(
      'INPUT_INVALID',
      `Several computers are called that; use the id: ${fitting.map(({ id }) => id).join(', ')}.`,
    )
  }
  return only
}

async function revoke(
  context: CommandContext,
  word: string,
  options: { readonly yes?: boolean },
): Promise<number> {
  const { devices } = await request(context, 'devices.list', {})
  const device = matchDevice(devices, word)
  const question = `Take ${printable(device.name)} off your account? Its backups stop.`
  if (options.yes !== true && !(await askYesNo(context, 'confirmation (--yes)', question, false))) {
    remark(context, 'Nothing was changed.')
    return 0
  }
  await request(context, 'devices.revoke', { deviceId: device.id })
  result(context, { revoked: device.id }, () => [`${printable(device.name)} was taken off your account.`])
  return 0
}
