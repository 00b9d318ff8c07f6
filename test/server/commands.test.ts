import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { processIo } from '../../server/command/io.ts'
import { runServerCommand } from '../../server/command/run.ts'
import { makeAccount, type Account } from '../fixtures/account.ts'
import { callApi } from '../fixtures/http-api.ts'
import { accountServer } from '../harness/account-server.ts'
import { runCommand, startServer, type TestServer } from '../harness/server.ts'

let server: TestServer
let anna: Account

beforeAll(async () => {
  server = await startServer()
  anna = await makeAccount(accountServer(server), 'anna', '+4915123456789')
})

afterAll(async () => {
  await server.dispose()
})

const problemCode = z.object({ code: z.string() })

async function refusal(...args: string[]): Promise<[number | null, string]> {
  const { exitCode, stderr, stdout } = await server.command(...args, '--json')
  expect(stdout).toBe('')
  return [exitCode, problemCode.parse(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).code]
}

describe('holdfast-server', () => {
  const commands = [
    ['start'],
    ['user', 'add'],
    ['user', 'list'],
    ['user', 'show'],
    ['user', 'suspend'],
    ['user', 'enable'],
    ['user', 'unlock'],
    ['user', 'reset-password'],
    ['user', 'reset-factors'],
    ['user', 'add-phone'],
    ['user', 'set'],
    ['user', 'bulk'],
    ['user', 'import'],
    ['user', 'export'],
    ['group', 'add'],
    ['group', 'list'],
    ['group', 'show'],
    ['group', 'set-policy'],
    ['group', 'move'],
    ['group', 'delete'],
    ['device', 'list'],
    ['device', 'revoke'],
    ['device', 'untrust'],
    ['token', 'add'],
    ['token', 'list'],
    ['token', 'revoke'],
    ['trash', 'list'],
    ['trash', 'undo'],
    ['trash', 'purge'],
    ['sender', 'providers'],
    ['sender', 'list'],
    ['sender', 'add'],
    ['sender', 'edit'],
    ['sender', 'remove'],
    ['sender', 'test'],
    ['sender', 'counts'],
    ['sender', 'resume-block'],
    ['alert', 'list'],
    ['alert', 'acknowledge'],
    ['audit', 'list'],
    ['audit', 'search'],
    ['audit', 'verify'],
    ['doctor'],
  ]

  it.each(commands)(
    '%s %s explains itself with an example, and takes no secret as an argument',
    async (...words) => {
      let stdout = ''
      const io = { ...processIo(), out: (text: string) => void (stdout += text) }
      expect(await runServerCommand([...words.filter((word) => word !== undefined), '--help'], io)).toBe(0)
      expect(stdout).toContain('$ holdfast-server')
      expect(stdout).toContain('--json')
      expect(stdout).not.toMatch(/--(password|secret|token|code|passcode)[ =]</)
    },
  )

  it('with an unknown command or option is wrong usage: exit code 2', async () => {
    expect((await runCommand(['frobnicate'])).exitCode).toBe(2)
    expect((await runCommand(['user', 'list', '--frobnicate'])).exitCode).toBe(2)
    expect((await runCommand(['start', '--port', 'many'])).exitCode).toBe(2)
    expect((await runCommand(['user', 'add', 'x', '--password', 'secret'])).exitCode).toBe(2)
  })

  it('says where there is no server yet, and makes none', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-none-'))
    const { exitCode, stderr } = await runCommand(['user', 'list', '--data', folder])
    expect([exitCode, stderr]).toEqual([44, expect.stringContaining('NOT_SET_UP')])
    await rm(folder, { recursive: true })
  })

  it('keeps what it writes from others on the computer', async () => {
    for (const name of ['', 'holdfast.json', 'server.key', 'holdfast.db', 'outbox', 'objects']) {
      const { mode } = await stat(path.join(server.dataFolder, name))
      const isFolderOnly = name !== '' && name !== 'outbox' && name !== 'objects'
      expect([name, (isFolderOnly ? 0 : mode & 0o077).toString(8)]).toEqual([name, '0'])
    }
  })

  it('tables for people have no colours where standard output is no terminal', async () => {
    const { stdout } = await server.command('user', 'list')
    expect(stdout).toMatch(/^LOGIN NAME +NAME/)
    expect(stdout).toContain('anna')
    expect(stdout.includes('\u001b')).toBe(false)
  })
})

describe('the first start', () => {
  it('makes one administrator with a one-time password, shown on standard output once and never logged', async () => {
    const once = server.firstAdministrator
    expect(once?.loginName).toBe('admin')
    expect(server.output()).not.toContain(once?.oneTimePassword ?? 'none')
    const client = { name: 'Test', version: '1', platform: 'linux', hostName: 'here' }
    const { step } = await callApi(server.address, 'signInStart', {
      loginName: 'admin',
      password: once?.oneTimePassword ?? '',
      client,
    })
    expect(step.kind).toBe('change-password')
    await server.restart()
    const users = (await server.command('user', 'list', '--json')).json()
    expect(users).toMatchObject({
      users: [
        { loginName: 'admin', role: 'admin' },
        { loginName: 'anna', role: null },
      ],
    })
  })
})

describe('an account', () => {
  it('is refused under a name that is taken, in any case, and under one that no name can be', async () => {
    expect(await refusal('user', 'add', 'ANNA')).toEqual([5, 'CONFLICT'])
    expect(await refusal('user', 'add', ' anna')).toEqual([2, 'INPUT_INVALID'])
  })

  it('with a phone that cannot be is not made at all', async () => {
    expect(await refusal('user', 'add', 'dora', '--phone', '+1')).toEqual([2, 'INPUT_INVALID'])
    expect(await refusal('user', 'show', 'dora')).toEqual([4, 'NOT_FOUND'])
  })

  it('with a password from standard input gets a one-time one, which common words cannot be', async () => {
    const weak = await server.commandWithInput(
      'password1\n',
      'user',
      'add',
      'emil',
      '--password-stdin',
      '--json',
    )
    expect([weak.exitCode, weak.stdout]).toEqual([2, ''])
    const good = await server.commandWithInput(
      'quiet lighthouse 77\n',
      'user',
      'add',
      'emil',
      '--password-stdin',
    )
    expect(good.exitCode).toBe(0)
    expect(good.stdout).not.toContain('lighthouse')
  })

  it('that is suspended is signed out at once, and enabled again signs in', async () => {
    const made = z
      .object({ oneTimePassword: z.string() })
      .parse((await server.command('user', 'add', 'finn', '--json')).json())
    const client = { name: 'Test', version: '1', platform: 'linux', hostName: 'here' }
    const input = { loginName: 'finn', password: made.oneTimePassword, client }
    await server.command('user', 'suspend', 'finn')
    await expect(callApi(server.address, 'signInStart', input)).rejects.toMatchObject({
      code: 'SIGN_IN_FAILED',
    })
    await server.command('user', 'enable', 'finn')
    expect((await callApi(server.address, 'signInStart', input)).step.kind).toBe('change-password')
  })

  it('whose factors are reset loses its sessions, its password and its factors', async () => {
    const account = await makeAccount(accountServer(server), 'gina', '+4915123456780')
    await server.command('user', 'reset-factors', 'gina')
    await expect(callApi(server.address, 'me', {}, account.session)).rejects.toMatchObject({
      code: 'SESSION_ENDED',
    })
    const shown = (await server.command('user', 'show', 'gina', '--json')).json()
    expect(shown).toMatchObject({ user: { methods: [], mustChangePassword: true }, factors: [] })
  })
})

describe('a group', () => {
  it('refuses a limit outside its bounds and says what they are', async () => {
    const { exitCode, stderr } = await server.command(
      'group',
      'set-policy',
      'Default',
      '--set',
      'limits.passcodeMinutes=99',
    )
    expect(exitCode).toBe(2)
    expect(stderr).toContain('limits.passcodeMinutes: Minutes a sent passcode is valid')
    expect(stderr).toContain('5–10')
  })

  it('refuses a setting that there is none of', async () => {
    expect(await refusal('group', 'set-policy', 'Default', '--set', 'limits.nonsense=1')).toEqual([
      2,
      'INPUT_INVALID',
    ])
    expect(await refusal('group', 'set-policy', 'Default', '--set', '__proto__.x=1')).toEqual([
      2,
      'INPUT_INVALID',
    ])
    expect(await refusal('group', 'show', 'nobody')).toEqual([4, 'NOT_FOUND'])
  })

  it('takes part of a policy as JSON and keeps the rest; a moved account is under it', async () => {
    await server.command('group', 'add', 'staff')
    const change = JSON.stringify({ secondFactor: 'offered', limits: { freshMinutes: 5 } })
    const changed = await server.commandWithInput(change, 'group', 'set-policy', 'staff', '--json')
    expect(changed.json()).toMatchObject({
      group: {
        version: 2,
        policy: { secondFactor: 'offered', limits: { freshMinutes: 5, passcodeDigits: 6 } },
      },
    })
    await server.command('group', 'move', 'anna', 'staff')
    expect(await callApi(server.address, 'me', {}, anna.session)).toMatchObject({
      secondFactor: 'offered',
      limits: { freshMinutes: 5 },
    })
  })
})

describe('a computer', () => {
  it('whose trust is ended stays enrolled, and a second time changes nothing', async () => {
    const database = new Database(path.join(server.dataFolder, 'holdfast.db'))
    const until = Date.now() + 3_600_000
    database
      .prepare('update devices set trusted_since = ?, trusted_until = ? where id = ?')
      .run(Date.now(), until, anna.deviceId)
    database.close()
    const untrust = async () => (await server.command('device', 'untrust', anna.deviceId, '--json')).json()
    expect(await untrust()).toEqual({ wasTrusted: true })
    expect(await untrust()).toEqual({ wasTrusted: false })
    expect((await server.command('device', 'list', '--user', 'anna', '--json')).json()).toMatchObject({
      devices: [{ id: anna.deviceId, revokedAt: null, trustedUntil: null }],
    })
    expect((await server.command('audit', 'list', '--limit', '1', '--json')).json()).toMatchObject({
      entries: [{ action: 'device.trust-ended', target: anna.deviceId, outcome: 'ok' }],
    })
    expect(await refusal('device', 'untrust', 'dev_AAAAAAAAAAAAAAAAAAAAAA')).toEqual([4, 'NOT_FOUND'])
  })

  it('that is revoked stays in the list as such, and a second time changes nothing', async () => {
    expect((await server.command('device', 'revoke', anna.deviceId, '--json')).json()).toEqual({
      wasEnrolled: true,
    })
    expect((await server.command('device', 'revoke', anna.deviceId, '--json')).json()).toEqual({
      wasEnrolled: false,
    })
    const list = z
      .object({ devices: z.array(z.object({ id: z.string(), revokedAt: z.string().nullable() })) })
      .parse((await server.command('device', 'list', '--user', 'anna', '--json')).json())
    expect(list.devices).toEqual([{ id: anna.deviceId, revokedAt: expect.any(String) as string }])
    expect(await refusal('device', 'revoke', 'dev_AAAAAAAAAAAAAAAAAAAAAA')).toEqual([4, 'NOT_FOUND'])
  })
})

describe('the trash', () => {
  it('is undone for one repository or set, which must be there', async () => {
    expect(await refusal('trash', 'undo')).toEqual([2, 'INPUT_INVALID'])
    expect(await refusal('trash', 'undo', '--repository', 'rep_AAAAAAAAAAAAAAAAAAAAAA')).toEqual([
      4,
      'NOT_FOUND',
    ])
  })
})

describe('the audit log', () => {
  it('names who used a command, and verifies from a head noted earlier', async () => {
    const verdict = z
      .object({ kind: z.literal('intact'), head: z.object({ sequence: z.number(), hash: z.string() }) })
      .parse((await server.command('audit', 'verify', '--json')).json())
    const head = `${verdict.head.sequence}:${verdict.head.hash}`
    await server.command('user', 'unlock', 'anna')
    expect((await server.command('audit', 'verify', '--head', head)).exitCode).toBe(0)
    const entries = (await server.command('audit', 'list', '--limit', '1', '--json')).json()
    expect(entries).toMatchObject({
      entries: [{ action: 'user.unlocked', actor: expect.stringMatching(/^command:/) as string }],
    })
  })

  it('that somebody edited in the database is found, by verify and by the doctor', async () => {
    const database = new Database(path.join(server.dataFolder, 'holdfast.db'))
    const read = database.prepare<[], { entry: string }>('select entry from audit where sequence = 2')
    const entry = read.get()?.entry ?? ''
    const write = database.prepare('update audit set entry = ? where sequence = 2')
    write.run(entry.replace('"ok"', '"failed"'))
    try {
      expect(await refusal('audit', 'verify')).toEqual([43, 'PROFILE_DAMAGED'])
      const doctor = await server.command('doctor', '--json')
      expect(doctor.exitCode).toBe(3)
      expect(doctor.json()).toMatchObject({
        findings: expect.arrayContaining([
          expect.objectContaining({ check: 'audit log', state: 'fault' }),
        ]) as unknown,
      })
    } finally {
      write.run(entry)
      database.close()
    }
  })
})

describe('the doctor', () => {
  const stateOf = (result: unknown, check: string): string | undefined =>
    z
      .object({ findings: z.array(z.object({ check: z.string(), state: z.string(), detail: z.string() })) })
      .parse(result)
      .findings.find((finding) => finding.check === check)?.state

  it('finds no fault with a server that runs, and reads every object when asked to', async () => {
    const { exitCode, stdout } = await server.command('doctor', '--scrub', '--json')
    expect(exitCode).toBe(0)
    expect(stateOf(JSON.parse(stdout), 'scrub')).toBe('ok')
    expect(stateOf(JSON.parse(stdout), 'messages')).toBe('warning')
  })

  it('finds a data folder that others can read', async () => {
    await chmod(server.dataFolder, 0o755)
    const { exitCode, stdout } = await server.command('doctor', '--json')
    await chmod(server.dataFolder, 0o700)
    expect([exitCode, stateOf(JSON.parse(stdout), 'data folder')]).toEqual([3, 'fault'])
  })

  it('finds a key file that is damaged or gone; commands and start refuse, and none makes a new one', async () => {
    const file = path.join(server.dataFolder, 'server.key')
    const key = await readFile(file)
    await server.stop()
    await writeFile(file, 'damaged')
    expect(stateOf((await server.command('doctor', '--json')).json(), 'server key')).toBe('fault')
    expect(await refusal('user', 'list')).toEqual([43, 'PROFILE_DAMAGED'])
    await rename(file, `${file}.away`)
    expect(await refusal('user', 'list')).toEqual([43, 'PROFILE_DAMAGED'])
    expect(await refusal('start', '--port', '0')).toEqual([43, 'PROFILE_DAMAGED'])
    await expect(stat(file)).rejects.toThrow('ENOENT')
    await rename(`${file}.away`, file)
    await writeFile(file, key)
    await server.restart()
    expect((await fetch(`${server.address}/health/ready`)).status).toBe(200)
  })
})
