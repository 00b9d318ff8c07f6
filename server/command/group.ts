import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import { createGroup, deleteGroup, findGroup, listGroups, updateGroupPolicy } from '../accounts/groups.ts'
import { moveUser } from '../accounts/update-user.ts'
import { findUser } from '../accounts/users.ts'
import { answer, common, withServer, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { repeated } from './options.ts'
import { changedPolicy, changeFrom, settingsOf } from './policy-settings.ts'
import { table } from './table.ts'

interface PolicyOptions extends CommonOptions {
  readonly set?: readonly string[]
}

export function addGroup(program: Command, io: CommandIo): void {
  const group = program.command('group').description('Policy groups: what holds for a set of accounts')

  common(
    group
      .command('add <name>')
      .description('Make a group with the default policy, changed as told')
      .option('--set <name=value>', 'a setting; may be repeated', repeated),
    'group add staff',
    'group add staff --set limits.trustedDeviceHours=0 --set methods=totp,backup-code',
  ).action(async (name: string, options: PolicyOptions) => {
    const policy = changedPolicy(defaultPolicy, changeFrom(options.set ?? []))
    const made = await withServer(options, io, (deps) => createGroup(deps, name, policy, deps.by))
    answer(io, options, { group: made }, `Made the group ${made.name}.\n`)
  })

  common(group.command('list').description('All groups'), 'group list').action(
    async (options: CommonOptions) => {
      const groups = await withServer(options, io, listGroups)
      const rows = groups.map(({ name, policy, version }) => [
        name,
        policy.secondFactor,
        policy.methods.join(' '),
        policy.protection.retentionLockDays,
        version,
      ])
      answer(
        io,
        options,
        { groups },
        table(['NAME', 'SECOND FACTOR', 'METHODS', 'LOCK DAYS', 'VERSION'], rows),
      )
    },
  )

  common(
    group.command('show <name>').description('Every setting of a group, with what it may be'),
    'group show Default',
  ).action(async (name: string, options: CommonOptions) => {
    const found = await withServer(options, io, (deps) => findGroup(deps, name))
    const rows = settingsOf(found.policy).map((each) => [each.name, each.value, each.description])
    answer(io, options, { group: found }, table(['SETTING', 'VALUE', 'MEANING'], rows))
  })

  common(
    group
      .command('set-policy <name>')
      .description(
        'Change settings of a group; without --set, reads part of a policy as JSON from standard input',
      )
      .option('--set <name=value>', 'a setting; may be repeated', repeated),
    'group set-policy Default --set limits.passcodeMinutes=10',
    'group set-policy Default --set secondFactor=offered --set methods=totp,backup-code',
    `group set-policy Default < policy.json`,
  ).action(async (name: string, options: PolicyOptions) => {
    const change = options.set === undefined ? jsonFrom(await io.readInput()) : changeFrom(options.set)
    const updated = await withServer(options, io, async (deps) => {
      const { id, policy, version } = await findGroup(deps, name)
      return await updateGroupPolicy(
        deps,
        { groupId: id, policy: changedPolicy(policy, change), version },
        deps.by,
      )
    })
    answer(io, options, { group: updated }, `Changed; this is version ${updated.version}.\n`)
  })

  common(
    group.command('delete <name>').description('Delete a group that nobody is in'),
    'group delete old-staff',
  ).action(async (name: string, options: CommonOptions) => {
    await withServer(options, io, async (deps) =>
      deleteGroup(deps, (await findGroup(deps, name)).id, deps.by),
    )
    answer(io, options, { done: true }, 'Deleted.\n')
  })

  common(
    group.command('move <login-name> <group>').description('Put an account under another group’s policy'),
    'group move anna staff',
  ).action(async (loginName: string, groupName: string, options: CommonOptions) => {
    await withServer(options, io, async (deps) => {
      const { id: groupId } = await findGroup(deps, groupName)
      await moveUser(deps, (await findUser(deps, loginName)).id, groupId, deps.by)
    })
    answer(io, options, { done: true }, 'Done.\n')
  })
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'Standard input is no JSON.', {
      cause: error,
      details: { paths: ['(root)'] },
    })
  }
}
