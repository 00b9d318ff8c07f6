import type { Command } from 'commander'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { findUser } from '../accounts/users.ts'
import { permitLegacy } from '../legacy/permitting.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'

const dayMs = 86_400_000

interface LegacyOptions extends CommonOptions {
  readonly days?: string
  readonly never?: boolean
}

/** `user legacy`: which old clients may go on for a while without a second factor. */
export function addLegacy(user: Command, io: CommandIo): void {
  common(
    user
      .command('legacy <login-name>')
      .description('Let a legacy client back up without a second factor for some days, or no more')
      .option('--days <number>', 'for so many days from now, at most 90; its group must allow it too')
      .option('--never', 'ask for a second factor from now on'),
    'user legacy anna --days 14',
    'user legacy anna --never',
  ).action(async (loginName: string, options: LegacyOptions) => {
    const days = daysOf(options)
    const until = await withServer(options, io, async (deps) => {
      const end = days === null ? null : isoOf(deps.clock.nowMs() + days * dayMs)
      await permitLegacy(deps, (await findUser(deps, loginName)).id, end, deps.by)
      return end
    })
    const text =
      until === null
        ? 'A second factor is asked for from now on.\n'
        : `May skip the second factor until ${until} or the first backup, only to back up, where its group allows it (policy legacyClients).\n`
    answer(io, options, { loginName, until }, text)
  })
}

/** @returns null for `--never` */
function daysOf({ days, never }: LegacyOptions): number | null {
  if (never === true && days === undefined) return null
  if (never !== true && days !== undefined && /^\d{1,3}$/.test(days)) return Number(days)
  throw new AppError('INPUT_INVALID', 'Give either --days with a whole number, or --never.', {
    details: { paths: ['days'] },
  })
}
