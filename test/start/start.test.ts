import { spawn, type ChildProcess } from 'node:child_process'
import { copyFile, link, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '..', '..')

let folder: string
let started: ChildProcess | undefined
let all: number[]

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-start-'))
  all = []
})
afterEach(async () => {
  // What a failed test left; nothing else has these numbers, because it was running until now.
  for (const pid of await alive(all)) process.kill(pid, 'SIGKILL')
  started?.stdout?.destroy()
  await rm(folder, { recursive: true, force: true })
})

interface Stat {
  readonly parent: number
  readonly startedAt: string
}

/** proc_pid_stat(5); undefined for a process that is gone or only waits to be fetched. */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => undefined)
  const [state = 'Z', parent = '0', ...rest] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  return state === 'Z' ? undefined : { parent: Number(parent), startedAt: rest[17] ?? '' }
}

async function alive(pids: readonly number[]): Promise<number[]> {
  const stats = await Promise.all(pids.map(async (pid) => ((await statOf(pid)) === undefined ? [] : [pid])))
  return stats.flat()
}

/** A process and everything that it has started, and so on. */
async function familyOf(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = new Map(await Promise.all(pids.map(async (each) => [each, await statOf(each)] as const)))
  const family = [pid]
  for (let at = 0; at < family.length; at += 1) {
    for (const [each, stat] of parents) if (stat?.parent === family[at]) family.push(each)
  }
  return family
}

/** Starts it in the background, as a script or a service would, and waits until everything runs. */
async function start(program: string, args: readonly string[]): Promise<number> {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, npm_lifecycle_event: _event, ...rest } = process.env
  started = spawn(program, args, {
    cwd: root,
    env: { ...rest, HOLDFAST_DEMO_DATA: path.join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  let said = ''
  const { stdout } = started
  await new Promise<void>((resolve, reject) => {
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('The server runs until this process is told to end.')) resolve()
    })
    started?.once('exit', (code) => reject(new Error(`It ended with ${String(code)}:\n${said}`)))
  })
  const { pid = 0 } = started
  all = await familyOf(pid)
  return pid
}

/** Waits for the end of all of them; that it never comes is a time-out of the test. */
async function nobodyIsLeft(): Promise<boolean> {
  // Server, page and what holds them: else there was nothing to stop.
  if (all.length < 3) throw new Error('Not everything was running.')
  while ((await alive(all)).length > 0) await sleep(100)
  return true
}

/** A Node that is not the pinned one, as far as anybody can tell by its place. */
async function otherNode(): Promise<string> {
  const other = path.join(folder, 'node')
  await link(process.execPath, other).catch(() => copyFile(process.execPath, other))
  return other
}

describe.skipIf(process.platform !== 'linux')('npm start in the background', { timeout: 120_000 }, () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('stops everything when npm gets %s', async (signal) => {
    process.kill(await start('npm', ['start']), signal)
    expect(await nobodyIsLeft()).toBe(true)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'on a machine whose own Node is another one stops everything when that gets %s',
    async (signal) => {
      process.kill(await start(await otherNode(), ['build/start.mjs']), signal)
      expect(await nobodyIsLeft()).toBe(true)
    },
  )

  it('stops everything when Ctrl-C reaches the whole group at once', async () => {
    process.kill(-(await start('npm', ['start'])), 'SIGINT')
    expect(await nobodyIsLeft()).toBe(true)
  })
})
