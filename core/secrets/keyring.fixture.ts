import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

/** A real gnome-keyring on a message bus of its own; `env` is what a program needs to find it. */
export interface Keyring {
  readonly env: Readonly<Record<string, string>>
  readonly daemonPid: number
  stop(): Promise<void>
}

/** Why no keyring can be started here; undefined when one can. */
export function whyNoKeyring(): string | undefined {
  if (process.platform !== 'linux') return 'gnome-keyring runs on Linux only'
  const missing = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'].filter(
    (program) => !isInstalled(program),
  )
  if (missing.length === 0) return undefined
  return `${missing.join(' and ')} not installed (apt-get install gnome-keyring dbus libsecret-1-0)`
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** @param isLocked leaves the keyring as it is before anybody signed in to the desktop. */
export async function startKeyring({ isLocked }: { isLocked: boolean }): Promise<Keyring> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-keyring-'))
  // Without XDG_RUNTIME_DIR the daemon keeps to the home folder and tells on its output when it is ready.
  const base: NodeJS.ProcessEnv = { ...process.env, HOME: home, DISPLAY: '', WAYLAND_DISPLAY: '' }
  delete base['XDG_RUNTIME_DIR']
  delete base['XDG_DATA_HOME']
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    env: base,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const stopBus = async (): Promise<void> => {
    await end(bus)
    await rm(home, { recursive: true, force: true })
  }
  try {
    return await startOn(await firstLine(bus), base, isLocked, stopBus)
  } catch (error) {
    await stopBus()
    throw error
  }
}

async function startOn(
  address: string,
  base: NodeJS.ProcessEnv,
  isLocked: boolean,
  stopBus: () => Promise<void>,
): Promise<Keyring> {
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address }
  // The first start makes the keyring with its password; a second one without the password finds it locked.
  let daemon = await startDaemon(env, ['--unlock'])
  if (isLocked) {
    await end(daemon, 'SIGTERM')
    daemon = await startDaemon(env, [])
  }
  return {
    env: { HOME: base['HOME'] ?? '', DISPLAY: '', WAYLAND_DISPLAY: '', DBUS_SESSION_BUS_ADDRESS: address },
    daemonPid: daemon.pid ?? 0,
    stop: async () => {
      await end(daemon)
      await stopBus()
    },
  }
}

async function startDaemon(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<ChildProcess> {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', ...args], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  daemon.stdin.end('password of the keyring')
  // It prints its socket's folder when it is ready to serve.
  try {
    await firstLine(daemon)
    await untilKeyringIsLoaded(env)
  } catch (error) {
    await end(daemon)
    throw error
  }
  return daemon
}

/** The daemon is on the bus a moment before its keyrings are. */
async function untilKeyringIsLoaded(env: NodeJS.ProcessEnv): Promise<void> {
  const collection = '/org/freedesktop/secrets/collection/login'
  const property = ['string:org.freedesktop.Secret.Collection', 'string:Locked']
  const call = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', collection]
  for (let round = 0; round < 400; round += 1) {
    try {
      execFileSync('dbus-send', [...call, 'org.freedesktop.DBus.Properties.Get', ...property], {
        env,
        stdio: 'ignore',
      })
      return
    } catch {
      await wait(50)
    }
  }
  throw new Error('gnome-keyring-daemon did not load its keyring.')
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The child has no output to read.')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error(`${child.spawnfile} ended without a word.`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
