import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { openClient } from '../core/client.ts'
import { openLogFile } from '../core/profile/log-file.ts'
import { ownerSocketPath } from '../core/profile/owner-socket.ts'
import { profileFolder } from '../core/profile/profile-folder.ts'
import { systemClock } from '../core/ports/system-clock.ts'
import type { Surroundings } from './host.ts'
import { openAsOwner, openOrAttach, type OpenDeps } from '../core/attach/open.ts'
import { startDaemon } from './service/start-daemon.ts'
import { nodeTerminal } from './terminal/node-terminal.ts'

/** The operating system that the executable runs on. */
export function realSurroundings(): Surroundings & {
  readonly terminal: ReturnType<typeof nodeTerminal>
} {
  const { stdin, stdout, stderr, env } = process
  let lastHome: string | undefined
  const depsOf = (home: string | undefined): OpenDeps => {
    lastHome = home
    return openDeps(home)
  }
  return {
    terminal: nodeTerminal({ stdin, stdout, stderr, environment: env }),
    clock: systemClock,
    currentFolder: process.cwd(),
    // In a clone and in a package alike it stands beside the executable.
    rendererFolder: path.join(path.dirname(process.argv[1] ?? ''), 'renderer'),
    onInterrupt,
    open: (home) => openOrAttach(depsOf(home)),
    openAsOwner: (home) => openAsOwner(depsOf(home)),
    service: {
      kind: process.platform === 'darwin' ? 'launchd' : 'systemd',
      command: (home) => ({
        program: process.execPath,
        args: [ownScript(), 'daemon', '--foreground'],
        environment: { ...chosen('HOLDFAST_RESTIC'), HOLDFAST_HOME: folderOf(home) },
      }),
    },
    startDaemon: (home) =>
      startDaemon({
        program: process.execPath,
        args: [ownScript(), 'daemon', '--foreground', '--home', folderOf(home)],
        socketPath: () => ownerSocketPath(folderOf(home)),
        clock: systemClock,
      }),
    onUnexpected: (error) => {
      const errorId = `err_${randomBytes(9).toString('base64url')}`
      const log = openLogFile(folderOf(lastHome), systemClock)
      log.error({ errorId, err: error }, 'Something unexpected happened in a command')
      return errorId
    },
  }
}

function openDeps(home: string | undefined): OpenDeps {
  const folder = folderOf(home)
  return {
    clock: systemClock,
    socketPath: () => ownerSocketPath(folder),
    own: () => openClient({ home: folder, clientName: 'Holdfast terminal', clientKind: 'terminal' }),
  }
}

function folderOf(home: string | undefined): string {
  return profileFolder({
    platform: process.platform,
    env: home === undefined ? process.env : { ...process.env, HOLDFAST_HOME: home },
    homeFolder: os.homedir(),
    currentFolder: process.cwd(),
  })
}

function onInterrupt(listener: () => void): () => void {
  let count = 0
  const handle = (): void => {
    count += 1
    // Whoever presses Ctrl-C a third time wants out, whole or not.
    if (count > 2) process.exit(130)
    listener()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}

function ownScript(): string {
  const script = process.argv[1]
  if (script === undefined) throw new Error('This process was not started from a file.')
  return script
}

function chosen(name: string): Record<string, string> {
  const value = process.env[name]
  return value === undefined ? {} : { [name]: value }
}
