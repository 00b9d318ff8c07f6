import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../harness/server.ts'
import { terminalProfile, type TerminalProfile } from '../harness/terminal.ts'
import { addSet, addUser, firstLogin, keyOf, ownPassword, passcode } from './signed-up.ts'

describe('backing up and restoring at the terminal', () => {
  let server: TestServer
  let profile: TerminalProfile
  let folder: string
  const secrets: string[] = []
  const outputs: string[] = []

  const run = async (...input: Parameters<TerminalProfile['run']>): ReturnType<TerminalProfile['run']> => {
    const ran = await profile.run(...input)
    outputs.push(ran.stdout, ran.stderr)
    return ran
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'))
    await mkdir(path.join(folder, 'source', 'deep'), { recursive: true })
    await writeFile(path.join(folder, 'source', 'letter.txt'), 'Dear Anna')
    await writeFile(path.join(folder, 'source', 'deep', 'x.bin'), Buffer.alloc(300_000, 7))
    server = await startServer()
    profile = await terminalProfile()
    const oneTimePassword = await addUser(server)
    secrets.push(oneTimePassword, ownPassword)
    const codes = path.join(folder, 'codes.txt')
    const ran = await firstLogin(server, profile, oneTimePassword, '--save-backup-codes', codes)
    if (ran.exitCode !== 0) throw new Error(ran.stderr)
    secrets.push(...(await readFile(codes, 'utf8')).trim().split('\n'))
  })
  afterAll(async () => {
    await profile.dispose()
    await server.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  it('makes no set before the kit is confirmed', async () => {
    const args = ['sets', 'add', '--name', 'docs', '--source', folder, '--non-interactive', '--json']
    const ran = await run(args)
    expect(ran.exitCode).toBe(45)
    expect((await run(['sets', '--json'])).json()).toEqual([{ backupSets: [] }])
  })

  it('makes a set once parts of the kit were typed back', async () => {
    const ran = await addSet(profile, 'docs', path.join(folder, 'source'), '--daily', '20:00', '--json')
    expect(ran.stderr).toContain('confirmed')
    expect(ran.exitCode).toBe(0)
    expect(ran.json()).toMatchObject([
      { backupSet: { definition: { name: 'docs', schedules: [{ at: '20:00' }] } } },
    ])
    secrets.push(await keyOf(path.join(profile.home, 'kit.txt')))
  })

  it('backs up, and shows the run as events', async () => {
    const ran = await run(['backup', '--json'])
    expect(ran.exitCode).toBe(0)
    expect(ran.json().at(0)).toMatchObject({ event: 'run.started' })
    expect(ran.json().at(-1)).toMatchObject({ event: 'run.ended', run: { outcome: 'complete', filesNew: 2 } })
  })

  it('lists, browses and searches what is there', async () => {
    expect((await run(['snapshots', '--json'])).json()).toMatchObject([
      { snapshots: [{ paths: [path.join(folder, 'source')] }] },
    ])
    const listed = await run(['ls', 'docs', path.join(folder, 'source')])
    expect(listed.stdout).toMatch(/drwx.* deep\//)
    const found = await run(['find', 'docs', '*.bin', '--json'])
    expect(found.json()).toMatchObject([{ matches: [{ node: { name: 'x.bin', sizeBytes: 300_000 } }] }])
  })

  it('restores nothing without a second factor', async () => {
    const target = path.join(folder, 'stolen')
    const ran = await run(['restore', 'docs', '--to', target, '--json'])
    expect(ran.exitCode).toBe(36)
    await expect(readdir(target)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('restores with one, and the files are the same', async () => {
    const target = path.join(folder, 'restored')
    const ran = await run(['restore', 'docs', '--to', target, '--method', 'sms:1'], [passcode(server)])
    expect(ran.stdout).toContain('Restore complete')
    expect(ran.exitCode).toBe(0)
    const restored = path.join(target, folder, 'source')
    expect(await readFile(path.join(restored, 'letter.txt'), 'utf8')).toBe('Dear Anna')
    expect(await readFile(path.join(restored, 'deep', 'x.bin'))).toEqual(Buffer.alloc(300_000, 7))
  })

  it('says which files it could not read, and ends with 3', async () => {
    // A source that is gone by the time of the backup.
    const gone = path.join(folder, 'gone')
    await mkdir(gone)
    await run(['sets', 'edit', 'docs', '--source', path.join(folder, 'source'), '--source', gone])
    await rm(gone, { recursive: true })
    const ran = await run(['backup', 'docs'])
    expect(ran.exitCode).toBe(3)
    expect(ran.stdout).toContain('left out')
  })

  it('runs what is due without a person, and ends', async () => {
    const ran = await run(['run-due', '--json'])
    expect(ran.exitCode).toBe(0)
    expect(ran.json()).toMatchObject([{ runs: [] }])
  })

  it('has written no secret to any output, nor to the logs of client and server', async () => {
    const log = await readFile(path.join(profile.home, 'holdfast.log'), 'utf8').catch(() => '')
    const everything = [...outputs, log, server.output()].join('\n')
    expect(secrets.length).toBeGreaterThan(10)
    for (const secret of secrets) expect(everything).not.toContain(secret)
  })

  it('gives everything back on a new computer that has only the kit and the person', async () => {
    const newComputer = await terminalProfile()
    try {
      const target = path.join(folder, 'recovered')
      const kit = path.join(profile.home, 'kit.txt')
      const args = [
        'recover',
        '--kit',
        kit,
        '--to',
        target,
        '--set',
        'docs',
        '--secret-store',
        'file',
        '--method',
        'sms:1',
      ]
      const ran = await newComputer.run(args, [
        [/^Password:/, ownPassword],
        passcode(server),
        passcode(server),
      ])
      expect(ran.stdout).toContain('Restore complete')
      expect(ran.exitCode).toBe(0)
      const recovered = path.join(target, folder, 'source', 'letter.txt')
      expect(await readFile(recovered, 'utf8')).toBe('Dear Anna')
    } finally {
      await newComputer.dispose()
    }
  })
})
