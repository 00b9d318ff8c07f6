import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../harness/server.ts'
import { terminalProfile, type TerminalProfile } from '../harness/terminal.ts'
import { addUser, firstLogin, ownPassword, passcode, phones, scriptedLogin } from './signed-up.ts'

describe('signing in at the terminal', () => {
  let server: TestServer
  let profile: TerminalProfile
  let oneTimePassword: string
  const login = [...scriptedLogin, '--no-device']

  beforeAll(async () => {
    server = await startServer()
    profile = await terminalProfile()
    oneTimePassword = await addUser(server)
  })
  afterAll(async () => {
    await profile.dispose()
    await server.dispose()
  })

  it('the first time ends in a session, an enrolled computer and saved backup codes', async () => {
    const codes = path.join(profile.home, 'codes.txt')
    const ran = await firstLogin(server, profile, oneTimePassword, '--save-backup-codes', codes, '--json')
    expect(ran.stderr).toContain('A passcode was sent to')
    expect(ran.exitCode).toBe(0)
    expect(ran.json()).toMatchObject([{ isSignedIn: true, loginName: 'anna', scope: 'full', device: {} }])
    expect((await stat(codes)).mode & 0o777).toBe(0o600)
    expect((await readFile(codes, 'utf8')).trim().split('\n')).toHaveLength(10)
  })

  it('sends to the telephone that was picked from the masked list', async () => {
    const before = (await server.outbox()).length
    const ran = await profile.run(login, [
      [/^Password:/, ownPassword],
      // The one that was used comes first; the second was never proven.
      [/^Your choice/, '2'],
      passcode(server),
    ])
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toMatch(/1\) text message · .*0123/)
    expect(ran.stderr).not.toContain(phones[1])
    // What follows is the announcement of the newly proven telephone on the other one.
    expect((await server.outbox())[before]?.to).toBe(phones[1])
  })

  it('with a wrong code says how many tries are left and fails by that name when no other answer comes', async () => {
    const ran = await profile.run(
      [...login, '--method', 'sms:1', '--json'],
      [
        [/^Password:/, ownPassword],
        [/^Code/, '000000'],
      ],
    )
    expect(ran.exitCode).toBe(32)
    expect(ran.stderr).toContain('4 tries left')
    expect(ran.json()).toMatchObject([{ problem: { code: 'PASSCODE_WRONG' } }])
  })

  it('with a wrong password says no more than that signing in failed', async () => {
    const ran = await profile.run([...login, '--json'], [[/^Password:/, 'wrong password']])
    expect(ran.exitCode).toBe(30)
    expect(ran.json()).toMatchObject([{ problem: { code: 'SIGN_IN_FAILED' } }])
  })

  it('is over after logout, which leaves the computer enrolled', async () => {
    expect((await profile.run(['logout'])).exitCode).toBe(0)
    const ran = await profile.run(['devices', '--json'])
    expect(ran.exitCode).toBe(35)
    expect(ran.json()).toMatchObject([{ problem: { code: 'SESSION_ENDED' } }])
    expect((await profile.run(['status', '--json'])).json()).toMatchObject([
      { session: null, loginName: 'anna' },
    ])
  })
})

describe('an executable whose output is piped', () => {
  it('writes no colours and no cursor movements', async () => {
    const profile = await terminalProfile()
    try {
      const outputs = await Promise.all([
        profile.run(['status']),
        profile.run(['help']),
        profile.run(['backup']),
      ])
      for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain('\u001b')
    } finally {
      await profile.dispose()
    }
  })

  it('of a computer that is not set up says so by its exit code and in JSON', async () => {
    const profile = await terminalProfile()
    try {
      const ran = await profile.run(['backup', '--json'])
      expect(ran.exitCode).toBe(44)
      expect(ran.json()).toMatchObject([{ problem: { code: 'NOT_SET_UP' } }])
    } finally {
      await profile.dispose()
    }
  })
})
