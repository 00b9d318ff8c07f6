import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  deviceLease,
  keepAlive,
  makeAccount,
  makeSet,
  resticEnvironment,
  restoreLease,
  type Account,
  type AccountServer,
} from '../fixtures/account.ts'
import { differences } from '../fixtures/tree.ts'
import { accountServer } from '../harness/account-server.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Lease } from '../../shared/model/lease.ts'

const kills = 50
const password = 'only for this test'
const restic = process.env['HOLDFAST_RESTIC'] ?? 'restic'

describe(`a server that is killed at ${kills} random moments of uploads`, () => {
  let work = ''
  let running: TestServer
  let server: AccountServer
  let account: Account
  let set: BackupSet
  let reading: Lease
  let beat: { stop(): void }

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'holdfast-kills-'))
    await mkdir(path.join(work, 'source'))
    running = await startServer()
    server = accountServer(running)
    account = await makeAccount(server, 'anna', '+4915123456789')
    set = await makeSet(server, account, { name: 'Documents', sources: [path.join(work, 'source')] })
    const lease = await deviceLease(server, account, set.id)
    await succeed(['init'], environment(lease))
    await succeed(['backup', path.join(work, 'source')], environment(lease))
    reading = await restoreLease(server, account, set.id)
    beat = keepAlive(server, account, reading)
  })

  afterAll(async () => {
    beat.stop()
    await running.dispose()
    await rm(work, { recursive: true, force: true })
  })

  it('shows nothing partial, and restic finds every byte sound each time', { timeout: 900_000 }, async () => {
    const interrupted: boolean[] = []
    for (let round = 0; round < kills; round += 1) {
      await writeFile(
        path.join(work, 'source', `file ${round % 8}`),
        randomBytes(3_000_000 + (round % 5) * 1_000_000),
      )
      const lease = await deviceLease(server, account, set.id)
      const backup = start(['backup', path.join(work, 'source')], environment(lease))
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 900))
      await running.kill()
      interrupted.push(backup.exitCode === null)
      backup.kill('SIGKILL')
      await running.restart()
      const checked = await result(start(['check', '--read-data', '--no-lock'], environment(reading)))
      expect(checked, `after kill ${round + 1}`).toMatchObject({ exitCode: 0 })
      expect(await readdir(path.join(running.dataFolder, 'objects', '.incoming'))).toEqual([])
    }
    // A test in which no upload was ever cut short would prove nothing.
    expect(interrupted.filter(Boolean).length).toBeGreaterThan(kills / 5)
  })

  it('takes the next backup without anybody unlocking anything, and gives it back whole', async () => {
    const lease = await deviceLease(server, account, set.id)
    await succeed(['backup', path.join(work, 'source')], environment(lease))
    const target = path.join(work, 'restored')
    await succeed(['restore', 'latest', '--target', target, '--no-lock'], environment(reading))
    expect(await differences(path.join(work, 'source'), path.join(target, work, 'source'))).toEqual([])
  })

  function environment(lease: Lease): Record<string, string> {
    return resticEnvironment(server.address, lease, password, path.join(work, 'cache'))
  }
})

function start(args: readonly string[], environment: Record<string, string>): ChildProcess {
  return spawn(restic, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] })
}

async function result(child: ChildProcess): Promise<{ exitCode: number | null; errors: string }> {
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, errors }
}

async function succeed(args: readonly string[], environment: Record<string, string>): Promise<void> {
  const ended = await result(start(args, environment))
  if (ended.exitCode !== 0)
    throw new Error(`restic ${args[0] ?? ''} ended with ${ended.exitCode}: ${ended.errors}`)
}
