import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { ModeSwitch } from '../../shared/model/server-settings.ts'
import { modeSwitchLocks, modeSwitchOf, switchToMobile } from '../mode-switch.ts'
import { changeServerSettings, serverSettings, settingsLock } from '../settings.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { changedServerSettings, changeFrom, serverSettingsRows } from './policy-settings.ts'
import { table } from './table.ts'

export function addSettings(program: Command, io: CommandIo): void {
  const settings = program.command('settings').description('What holds for the whole server')

  common(
    settings.command('show').description('Every setting of the server, with what it means'),
    'settings show',
  ).action(async (options: CommonOptions) => {
    const found = await withServer(options, io, (deps) => serverSettings(deps.store.db))
    const rows = serverSettingsRows(found.settings).map((each) => [each.name, each.value, each.description])
    answer(io, options, found, table(['SETTING', 'VALUE', 'MEANING'], rows))
  })

  common(
    settings.command('set <name=value...>').description('Change settings of the server'),
    'settings set requireSecondFactorFor.everybody=true',
    'settings set mode=sms allowedCountries=DE,AT,CH',
  ).action(async (assignments: readonly string[], options: CommonOptions) => {
    const change = changeFrom(assignments)
    const changed = await withServer(options, io, async (deps) =>
      deps.store.transact([settingsLock, 'audit'], async (tx) => {
        const before = await serverSettings(tx)
        const next = changedServerSettings(before.settings, change)
        return await changeServerSettings(tx, deps, { settings: next, version: before.version }, deps.by)
      }),
    )
    answer(io, options, changed, `Changed; this is version ${changed.version}.\n`)
  })

  common(
    settings
      .command('switch-mode <mode>')
      .description(
        'Go from text messages to apps and passkeys (mobile), for good; says what that erases, and does it with --confirm',
      )
      .option('--confirm', 'erase what was told, now; there is no way back'),
    'settings switch-mode mobile',
    'settings switch-mode mobile --confirm',
  ).action(async (mode: string, options: CommonOptions & { readonly confirm?: boolean }) => {
    if (mode !== 'mobile') {
      throw new AppError(
        'INPUT_INVALID',
        'The only mode to switch to is mobile; `settings set mode=` sets the others.',
        {
          details: { paths: ['mode'] },
        },
      )
    }
    const isDone = options.confirm === true
    const erased = await withServer(options, io, async (deps) =>
      isDone
        ? await deps.store.transact(modeSwitchLocks, (tx) => switchToMobile(tx, deps, deps.by))
        : await modeSwitchOf(deps.store.db),
    )
    answer(io, options, { isDone, ...erased }, isDone ? doneText(erased) : wouldText(erased))
  })
}

function wouldText(erased: ModeSwitch): string {
  if (!erased.isPossible) return 'The server uses apps and passkeys only already.\n'
  return [
    'Switching to mobile mode erases for good:',
    `  ${erased.phones} registered telephones`,
    `  the settings of ${erased.senders} providers of text messages and calls`,
    `${erased.usersToPair} users have nothing else registered and pair an app or a passkey at their next sign-in;`,
    `${erased.usersByPasswordAlone} of them have no backup code either: for those, whoever knows the password first pairs.`,
    'Sign-ins under way end. There is no way back. Nothing was changed; add --confirm to do it.',
    '',
  ].join('\n')
}

function doneText({ phones, senders, usersToPair }: ModeSwitch): string {
  return `Switched to mobile mode: erased ${phones} telephones and ${senders} providers. ${usersToPair} users pair at their next sign-in.\n`
}
