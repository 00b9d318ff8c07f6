import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../harness/server.ts'
import { terminalProfile, type Running, type TerminalProfile } from '../harness/terminal.ts'
import { addSet, addUser, firstLogin, ownPassword } from './signed-up.ts'

describe('the daemon', () => {
  let server: TestServer
  let profile: TerminalProfile
  let folder: string
  let daemon: Running

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'))
    await writeFile(path.join(folder, 'letter.txt'), 'Dear Anna')
    server = await startServer()
    profile = await terminalProfile()
    const login = await firstLogin(server, profile, await addUser(server))
    const set = await addSet(profile, 'docs', folder)
    if (login.exitCode !== 0 || set.exitCode !== 0) throw new Error(login.stderr + set.stderr)
    daemon = profile.start(['daemon', '--foreground'])
    await daemon.saw(/Running the schedules of/)
  })
  afterAll(async () => {
    await profile.dispose()
    await server.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  it('answers other commands of its profile', async () => {
    const ran = await profile.run(['status', '--json'])
    expect(ran.exitCode).toBe(0)
    expect(ran.json()).toMatchObject([{ loginName: 'anna', profilePath: profile.home }])
  })

  it('runs a backup for another command, which sees its events, and shows it itself', async () => {
    const ran = await profile.run(['backup', '--json'])
    expect(ran.exitCode).toBe(0)
    expect(ran.json().at(-1)).toMatchObject({ event: 'run.ended', run: { outcome: 'complete' } })
    await daemon.saw(/Backup complete/)
  })

  it('is one: a second one is PROFILE_IN_USE', async () => {
    const second = await profile.run(['daemon', '--foreground', '--json'])
    expect(second.exitCode).toBe(42)
    const background = await profile.run(['daemon'])
    expect(background.exitCode).toBe(42)
  })

  it('shows no secret in the process list, nor does a command beside it', async () => {
    const list = execFileSync('ps', ['axww', '-o', 'args'], { encoding: 'utf8' })
    expect(list).toContain('daemon --foreground')
    expect(list).not.toContain(ownPassword)
    expect(list).not.toContain('HFK1-')
  })

  it('ends on SIGTERM with 0 and leaves the profile to the next', async () => {
    daemon.child.kill('SIGTERM')
    expect((await daemon.ended).exitCode).toBe(0)
    expect((await profile.run(['status'])).exitCode).toBe(0)
  })

  it('starts by itself in the background and can be ended by its process id', async () => {
    const started = await profile.run(['daemon'])
    expect(started.exitCode).toBe(0)
    const pid = Number(/process (\d+)/.exec(started.stdout)?.[1])
    expect((await profile.run(['status'])).exitCode).toBe(0)
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false)
  })
})

describe('a daemon that was killed', () => {
  it('does not keep the next command out', async () => {
    const profile = await terminalProfile()
    try {
      const daemon = profile.start(['daemon', '--foreground'])
      await daemon.saw(/Running the schedules/)
      daemon.child.kill('SIGKILL')
      await daemon.ended
      expect((await profile.run(['status'])).exitCode).toBe(0)
    } finally {
      await profile.dispose()
    }
  })
})

describe('several commands at once', () => {
  it('all get their answer, whoever owns the profile', async () => {
    const profile = await terminalProfile()
    try {
      const all = await Promise.all(Array.from({ length: 6 }, () => profile.run(['status', '--json'])))
      expect(all.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)).toEqual(
        Array.from({ length: 6 }, () => '0 '),
      )
    } finally {
      await profile.dispose()
    }
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
