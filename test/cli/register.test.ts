import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../harness/server.ts'
import { terminalProfile, type TerminalProfile } from '../harness/terminal.ts'
import { addSet, ownPassword, passcode, phones } from './signed-up.ts'

const email = 'zoe@example.org'

describe('somebody without an account, at the terminal', () => {
  let server: TestServer
  let profile: TerminalProfile
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'))
    await writeFile(path.join(folder, 'letter.txt'), 'Dear Zoë')
    server = await startServer()
    profile = await terminalProfile()
  })
  afterAll(async () => {
    await profile.dispose()
    await server.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  const mailedCode = async (): Promise<string> => {
    const isMail = async () => (await server.outbox()).some(({ to }) => to === email)
    await expect.poll(isMail, { timeout: 10_000 }).toBe(true)
    const text = (await server.outbox()).findLast(({ to }) => to === email)?.text ?? ''
    return /^([a-z0-9-]{23}) is the code/.exec(text)?.[1] ?? ''
  }

  it('is offered nothing by a server that does not say so', async () => {
    const ran = await profile.run(['register', email, '--server', server.address, '--json'])
    expect(ran.exitCode).toBe(6)
    expect(ran.json()).toMatchObject([{ problem: { code: 'NOT_ALLOWED' } }])
  })

  it(
    'registers, signs in with a new second factor, backs up, and stops at the end of the trial',
    { timeout: 90_000 },
    async () => {
      await server.command('settings', 'set', 'trial.isOffered=true', 'trial.days=7')
      const registered = await profile.run(
        ['register', email, '--name', 'Zoë Lang', '--json'],
        [
          [/^Code of the mail:/, mailedCode],
          [/^New password:/, ownPassword],
        ],
      )
      expect(registered.exitCode, registered.stderr).toBe(0)
      expect(registered.json()).toMatchObject([{ isRegistered: true, loginName: email }])
      expect(registered.stderr).not.toContain(ownPassword)

      const login = [
        'login',
        '--secret-store',
        'file',
        '--user',
        email,
        '--password-stdin',
        '--method',
        'sms:1',
      ]
      const signedIn = await profile.run(
        [...login, '--enrol', `sms:${phones[0]}`, '--json'],
        [[/^Password:/, ownPassword], passcode(server)],
      )
      expect(signedIn.exitCode, signedIn.stderr).toBe(0)
      expect(signedIn.json()).toMatchObject([{ isSignedIn: true, loginName: email, scope: 'full' }])
      expect((await addSet(profile, 'letters', folder)).exitCode).toBe(0)
      expect((await profile.run(['backup', '--json'])).exitCode).toBe(0)
      const status = await profile.run(['status'])
      expect(status.stdout).toMatch(/Trial +ends in 7 days/)

      await server.command('user', 'set', email, '--expires', '2020-01-01T00:00:00Z')
      // The session ends with the account; only a second factor leads to the reason.
      expect((await profile.run(['backup', '--json'])).exitCode).toBe(35)
      const refused = await profile.run([...login, '--json'], [[/^Password:/, ownPassword], passcode(server)])
      expect(refused.exitCode).toBe(65)
      const kept = await server.command('user', 'set', email, '--subscription', 'paid', '--expires', 'none')
      expect(kept.exitCode).toBe(0)
      const again = await profile.run([...login, '--json'], [[/^Password:/, ownPassword], passcode(server)])
      expect(again.exitCode, again.stderr).toBe(0)
      expect((await profile.run(['backup', '--json'])).exitCode).toBe(0)
    },
  )
})
