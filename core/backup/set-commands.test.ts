import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BackupSet, BackupSetDefinition } from '../../shared/model/backup-set.ts'
import { FakeClock } from '../../shared/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import { noCommands } from './approved-commands.ts'
import { leftOutList } from './left-out.ts'
import { runCommand, type Command } from './run-command.ts'
import { setCommands } from './set-commands.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const never = new AbortController().signal
const shell = (script: string, onFailure: Command['onFailure'] = 'stop'): Command => ({
  argv: ['/bin/sh', '-c', script],
  timeoutSeconds: 60,
  onFailure,
})

async function commandsOf(
  definition: Partial<Pick<BackupSetDefinition, 'preCommand' | 'postCommand'>>,
  isApproved = true,
) {
  const leftOut = leftOutList()
  const backupSet = { definition: { preCommand: null, postCommand: null, ...definition } } as BackupSet
  const approved = {
    whyNot: 'a test said so',
    heard: () => undefined,
    approve: () => Promise.resolve(),
    areApproved: () => Promise.resolve(isApproved),
  }
  const commands = await setCommands({ clock: systemClock, log, commands: approved }, backupSet, leftOut)
  return { commands, leftOut }
}

describe('the commands of a set', () => {
  it('run before and after, without a shell of ours', async () => {
    const file = join(folder, 'said')
    const { commands, leftOut } = await commandsOf({
      preCommand: shell(`echo before >> ${file}`),
      postCommand: shell(`echo after >> ${file}`),
    })
    await commands.before(never)
    await commands.after(never)
    expect(await readFile(file, 'utf8')).toBe('before\nafter\n')
    expect(leftOut.count()).toBe(0)
  })

  it('never run on an ACB installation, whatever was entered when', async () => {
    const definition = { preCommand: shell('exit 7'), postCommand: null }
    await noCommands.approve('set_1' as never, definition)
    expect(await noCommands.areApproved('set_1' as never, definition)).toBe(false)
    expect(await noCommands.areApproved('set_1' as never, { ...definition, preCommand: null })).toBe(true)
  })

  it('stop the run when the first fails and the set says so', async () => {
    const { commands } = await commandsOf({ preCommand: shell('exit 7') })
    await expect(commands.before(never)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      details: { program: '/bin/sh', reason: 'exit code 7' },
    })
  })

  it('are listed as lacking when the set goes on after a failure', async () => {
    const { commands, leftOut } = await commandsOf({ preCommand: shell('exit 7', 'continue') })
    await commands.before(never)
    expect(await leftOut.list()).toEqual([{ path: '/bin/sh', reason: 'exit code 7' }])
  })

  it('cannot take a written backup back when the last one fails', async () => {
    const { commands, leftOut } = await commandsOf({ postCommand: shell('exit 7', 'stop') })
    await commands.after(never)
    expect(leftOut.count()).toBe(1)
  })

  it('start again what the first one stopped, also after a failure', async () => {
    const file = join(folder, 'said')
    const { commands } = await commandsOf({ postCommand: shell(`echo after > ${file}`) })
    await commands.afterFailure()
    expect(await readFile(file, 'utf8')).toBe('after\n')
  })

  it('do not run when they were not saved on this computer, and the run says so', async () => {
    const file = join(folder, 'said')
    const { commands, leftOut } = await commandsOf({ preCommand: shell(`echo evil > ${file}`) }, false)
    await commands.before(never)
    await commands.after(never)
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await leftOut.list()).toEqual([
      {
        path: '/bin/sh',
        reason: 'not run: a test said so',
      },
    ])
  })
})

describe('a command', () => {
  const deps = { clock: systemClock, log }

  it('that cannot be started fails with the reason', async () => {
    const command = { ...shell(''), argv: [join(folder, 'none')] }
    await expect(runCommand(deps, command, never)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('ENOENT') as string,
    })
  })

  it('that takes too long is ended', async () => {
    const clock = new FakeClock()
    const running = runCommand({ clock, log }, shell('sleep 30'), never)
    clock.advance(60_000)
    await expect(running).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      details: { reason: 'it took longer than 60 seconds' },
    })
  })

  it('that is stopped was cancelled, and did not fail', async () => {
    const stop = new AbortController()
    const running = runCommand(deps, shell('sleep 30'), stop.signal)
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('gets nothing of our environment that it does not need', async () => {
    process.env['HOLDFAST_TEST_ONLY'] = 'ours'
    const file = join(folder, 'environment')
    await runCommand(deps, shell(`env > ${file}`), never)
    expect(await readFile(file, 'utf8')).not.toContain('HOLDFAST_TEST_ONLY')
  })
})
