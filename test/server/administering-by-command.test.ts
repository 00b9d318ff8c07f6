import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let folder = ''

beforeAll(async () => {
  inside = await startInsideServer()
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-import-'))
  for (const name of ['anna', 'ben']) await inside.command('user', 'add', name)
  await inside.command('user', 'add', 'reseller', '--role', 'sub-admin')
  await inside.command('group', 'add', 'staff')
})

afterAll(async () => {
  await inside.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, text: string): Promise<string> {
  const target = path.join(folder, name)
  await writeFile(target, text)
  return target
}

describe('holdfast-server user set', () => {
  it('changes what is named and keeps the rest', async () => {
    await inside.command('user', 'set', 'anna', '--email', 'anna@example.com', '--owner', 'reseller')
    const changed = await inside.command(
      'user',
      'set',
      'anna',
      '--group',
      'staff',
      '--second-factor',
      'required',
    )
    expect(changed).toMatchObject({
      account: {
        email: 'anna@example.com',
        groupName: 'staff',
        secondFactor: 'required',
        ownerId: expect.stringMatching(/^usr_/) as unknown,
      },
    })
    const cleared = await inside.command('user', 'set', 'anna', '--email', 'none', '--owner', 'none')
    expect(cleared).toMatchObject({ account: { email: null, ownerId: null, groupName: 'staff' } })
  })

  it.each([
    ['nothing to change', [], 'INPUT_INVALID'],
    ['an address that is none', ['--email', 'anna'], 'INPUT_INVALID'],
    ['an owner who is no sub-administrator', ['--owner', 'ben'], 'INPUT_INVALID'],
    ['a role for a backup user', ['--role', 'admin'], 'CONFLICT'],
    ['a group that is not there', ['--group', 'nowhere'], 'NOT_FOUND'],
  ])('refuses %s', async (_what, options, code) => {
    await expect(inside.command('user', 'set', 'anna', ...options)).rejects.toThrow(code)
  })
})

describe('holdfast-server user bulk', () => {
  it('changes many, and says what became of each', async () => {
    const done = await inside.command('user', 'bulk', 'anna', 'ben', '--second-factor', 'required')
    expect(done).toMatchObject({
      results: [
        { loginName: 'anna', problem: null },
        { loginName: 'ben', problem: null },
      ],
    })
    await inside.command('user', 'bulk', '--in-group', 'staff', '--suspend')
    expect(await inside.command('user', 'show', 'anna')).toMatchObject({ user: { status: 'suspended' } })
    expect(await inside.command('user', 'show', 'ben')).toMatchObject({ user: { status: 'enabled' } })
  })

  it('ends with exit code 3 where one could not be changed, and changes the others', async () => {
    const asked = inside.command('user', 'bulk', 'ben', 'reseller', '--second-factor', 'offered')
    await expect(asked).rejects.toThrow('ended with 3')
    expect(await inside.command('user', 'show', 'ben')).toMatchObject({ user: { secondFactor: 'offered' } })
    expect(await inside.command('user', 'show', 'reseller')).toMatchObject({ user: { secondFactor: null } })
  })

  it('wants exactly one change, and somebody to change', async () => {
    await expect(inside.command('user', 'bulk', 'ben')).rejects.toThrow('INPUT_INVALID')
    await expect(inside.command('user', 'bulk', 'ben', '--enable', '--suspend')).rejects.toThrow(
      'INPUT_INVALID',
    )
    await expect(inside.command('user', 'bulk', '--enable')).rejects.toThrow('INPUT_INVALID')
  })
})

describe('holdfast-server settings', () => {
  it('set changes what is named, keeps the rest, and counts the version; show tells it', async () => {
    const { version } = (await inside.command('settings', 'show')) as { version: number }
    const changed = await inside.command(
      'settings',
      'set',
      'requireSecondFactorFor.webSignIns=true',
      'allowedCountries=DE,AT',
    )
    const expected = {
      settings: {
        mode: 'any',
        allowedCountries: ['DE', 'AT'],
        requireSecondFactorFor: { webSignIns: true, everybody: false },
      },
      version: version + 1,
    }
    expect(changed).toMatchObject(expected)
    expect(await inside.command('settings', 'show')).toMatchObject(expected)
    expect(await inside.command('audit', 'search', '--action', 'settings.')).toMatchObject({
      entries: [{ actor: 'command:test', outcome: 'ok' }],
    })
  })

  it.each([
    ['a setting that there is none of', 'nonsense=1'],
    ['one that every object has', '__proto__.x=1'],
    ['a value that the setting does not take', 'mode=none'],
    ['what assigns nothing', 'mode'],
  ])('set refuses %s and changes nothing', async (_what, assignment) => {
    const before = await inside.command('settings', 'show')
    await expect(inside.command('settings', 'set', assignment)).rejects.toThrow('INPUT_INVALID')
    expect(await inside.command('settings', 'show')).toEqual(before)
  })

  it('switch-mode tells what it would erase, and erases nothing before it is confirmed', async () => {
    await inside.command('user', 'add', 'frida', '--phone', '+49 1512 3456788')
    const before = inside.dump()
    const told = await inside.command('settings', 'switch-mode', 'mobile')
    expect(told).toMatchObject({ isDone: false, isPossible: true })
    expect((told as { phones: number }).phones).toBeGreaterThan(0)
    expect(inside.dump()).toEqual(before)
    await expect(inside.command('settings', 'switch-mode', 'sms')).rejects.toThrow('INPUT_INVALID')
    await expect(inside.command('settings', 'switch-mode', 'any', '--confirm')).rejects.toThrow(
      'INPUT_INVALID',
    )
    expect(inside.dump()).toEqual(before)
  })
})

describe('holdfast-server user import', () => {
  it('says in a dry run what it would do, and then does it', async () => {
    const users = await file('users.csv', 'loginName;phones\ncarla;+49 1512 3456789\ndora;\n')
    expect(await inside.command('user', 'import', users, '--dry-run')).toMatchObject({
      madeCount: 0,
      lines: [{ outcome: 'ready' }, { outcome: 'ready' }],
    })
    await expect(inside.command('user', 'show', 'carla')).rejects.toThrow('NOT_FOUND')
    expect(await inside.command('user', 'import', users)).toMatchObject({ madeCount: 2 })
    expect(await inside.command('user', 'show', 'carla')).toMatchObject({
      factors: [{ method: 'sms', isProven: false, maskedDestination: '+4••••••••6789' }],
    })
  })

  it('ends with exit code 3 where lines were refused', async () => {
    const users = await file('more.json', JSON.stringify([{ loginName: 'carla' }, { loginName: 'emil' }]))
    await expect(inside.command('user', 'import', users)).rejects.toThrow('ended with 3')
    await expect(inside.command('user', 'show', 'emil')).rejects.toThrow('NOT_FOUND')
    await expect(inside.command('user', 'import', users, '--skip-refused')).rejects.toThrow('ended with 3')
    expect(await inside.command('user', 'show', 'emil')).toMatchObject({ user: { hasPassword: false } })
  })

  it('says that a file is not there', async () => {
    const missing = path.join(folder, 'missing.csv')
    await expect(inside.command('user', 'import', missing)).rejects.toThrow('NOT_FOUND')
  })
})

describe('holdfast-server', () => {
  it('exports all accounts, deletes an empty group and searches the audit log', async () => {
    expect(await inside.command('user', 'export')).toContainEqual(
      expect.objectContaining({ loginName: 'anna', groupName: 'staff' }),
    )
    await expect(inside.command('group', 'delete', 'staff')).rejects.toThrow('CONFLICT')
    await inside.command('user', 'set', 'anna', '--group', 'Default')
    await inside.command('group', 'delete', 'staff')
    expect(await inside.command('audit', 'search', '--action', 'group.')).toMatchObject({
      entries: [{ action: 'group.deleted' }, { action: 'group.created' }],
    })
  })
})

it('holdfast-server settings switch-mode erases every telephone once it is confirmed, and there is no way back', async () => {
  const { phones } = (await inside.command('settings', 'switch-mode', 'mobile')) as { phones: number }
  expect(await inside.command('settings', 'switch-mode', 'mobile', '--confirm')).toMatchObject({
    isDone: true,
    phones,
  })
  expect(await inside.command('settings', 'show')).toMatchObject({ settings: { mode: 'mobile' } })
  expect(await inside.command('user', 'show', 'frida')).toMatchObject({ factors: [] })
  expect(await inside.command('settings', 'switch-mode', 'mobile')).toMatchObject({
    isPossible: false,
    phones: 0,
  })
  await expect(inside.command('settings', 'set', 'mode=sms')).rejects.toThrow('CONFLICT')
})
