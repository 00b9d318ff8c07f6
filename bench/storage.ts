import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  deviceLease,
  keepAlive,
  makeAccount,
  makeSet,
  resticEnvironment,
  restoreLease,
} from '../test/fixtures/account.ts'
import { generateTree } from '../test/fixtures/tree.ts'
import { startServer } from '../test/harness/server.ts'
import { accountServer } from '../test/harness/account-server.ts'
import { median, table, timed, usageOf } from './measure.ts'

const password = 'bench-only-password'
const peers = path.join(import.meta.dirname, '..', '.cache', 'peers')

/** One way to keep a repository, ready for one round. */
interface Place {
  readonly name: string
  /** Process whose use is reported beside the times. */
  readonly pid: number | null
  backup(): Promise<Record<string, string>>
  restore(): Promise<Record<string, string>>
  stop(): Promise<void>
}

/**
 * The same restic, the same files and a fresh cache against a local folder, rest-server and Holdfast, in
 * turn. Both servers sync an object to disk before they confirm it.
 */
export async function benchStorage(restic: string, totalBytes: number, rounds: number): Promise<string> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-'))
  const source = path.join(work, 'source')
  await generateTree(source, totalBytes)
  const seconds = new Map<string, number[]>()
  const usage = new Map<string, { cpu: number[]; memory: number[] }>()
  const add = (place: string, what: string, value: number): void => {
    seconds.set(`${place} ${what}`, [...(seconds.get(`${place} ${what}`) ?? []), value])
  }
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const open of [local, restServer, holdfast]) {
        const folder = await mkdtemp(path.join(work, 'round-'))
        const place = await open(restic, folder)
        if (place === undefined) continue
        const { RESTIC_CACHE_DIR = '', ...environment } = await place.backup()
        const env = { ...environment, RESTIC_CACHE_DIR }
        await timed(restic, ['init', '-q'], env)
        const before = place.pid === null ? undefined : usageOf(place.pid)
        add(place.name, 'first', (await timed(restic, ['backup', '-q', source], env)).seconds)
        add(place.name, 'again', (await timed(restic, ['backup', '-q', source], env)).seconds)
        const target = path.join(folder, 'restored')
        add(
          place.name,
          'restore',
          (await timed(restic, ['restore', '-q', 'latest', '--target', target], await place.restore()))
            .seconds,
        )
        const after = place.pid === null ? undefined : usageOf(place.pid)
        if (before !== undefined && after !== undefined) {
          const use = usage.get(place.name) ?? { cpu: [], memory: [] }
          use.cpu.push(after.cpuSeconds - before.cpuSeconds)
          use.memory.push(after.peakMegabytes)
          usage.set(place.name, use)
        }
        await place.stop()
        await rm(folder, { recursive: true, force: true })
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return tell(seconds, usage)
}

function tell(
  seconds: Map<string, number[]>,
  usage: Map<string, { cpu: number[]; memory: number[] }>,
): string {
  const names = ['local folder', 'rest-server', 'Holdfast']
  const value = (name: string, what: string): number | undefined => {
    const values = seconds.get(`${name} ${what}`)
    return values === undefined ? undefined : median(values)
  }
  const rows = names.flatMap((name) => {
    const [first, again, restore] = ['first', 'again', 'restore'].map((what) => value(name, what))
    if (first === undefined || again === undefined || restore === undefined) return []
    const use = usage.get(name)
    const ratio = (what: string, own: number): string => {
      const peer = value('rest-server', what) ?? value('local folder', what)
      return peer === undefined ? '–' : (own / peer).toFixed(2)
    }
    return [
      [
        name,
        first,
        ratio('first', first),
        again,
        ratio('again', again),
        restore,
        ratio('restore', restore),
        use === undefined ? '–' : median(use.cpu),
        use === undefined ? '–' : median(use.memory),
      ],
    ]
  })
  return table(
    ['through', 'first backup s', '×', 'second s', '×', 'restore s', '×', 'server CPU s', 'server MB'],
    rows,
  )
}

async function local(_restic: string, folder: string): Promise<Place> {
  const env = {
    RESTIC_REPOSITORY: path.join(folder, 'repository'),
    RESTIC_PASSWORD: password,
    RESTIC_CACHE_DIR: path.join(folder, 'cache'),
  }
  return {
    name: 'local folder',
    pid: null,
    backup: async () => env,
    restore: async () => env,
    stop: async () => undefined,
  }
}

async function restServer(_restic: string, folder: string): Promise<Place | undefined> {
  const program = path.join(peers, 'restic-rest-server')
  if (!existsSync(program)) return undefined
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const child = spawn(
    program,
    ['--no-auth', '--listen', `127.0.0.1:${port}`, '--path', path.join(folder, 'data')],
    { stdio: 'ignore' },
  )
  const address = `http://127.0.0.1:${port}/`
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const env = {
    RESTIC_REPOSITORY: `rest:${address}`,
    RESTIC_PASSWORD: password,
    RESTIC_CACHE_DIR: path.join(folder, 'cache'),
  }
  return {
    name: 'rest-server',
    pid: child.pid ?? null,
    backup: async () => env,
    restore: async () => env,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill()
      await ended
    },
  }
}

async function holdfast(_restic: string, folder: string): Promise<Place> {
  const running = await startServer()
  const server = accountServer(running)
  const account = await makeAccount(server, 'bench', '+4915123456789')
  const set = await makeSet(server, account, { name: 'Bench', sources: ['/'] })
  const cache = path.join(folder, 'cache')
  const beats: { stop(): void }[] = []
  return {
    name: 'Holdfast',
    pid: running.pid,
    backup: async () => {
      const lease = await deviceLease(server, account, set.id)
      beats.push(keepAlive(server, account, lease))
      return resticEnvironment(server.address, lease, password, cache)
    },
    restore: async () =>
      resticEnvironment(server.address, await restoreLease(server, account, set.id), password, cache),
    stop: async () => {
      for (const beat of beats) beat.stop()
      await running.stop()
    },
  }
}
