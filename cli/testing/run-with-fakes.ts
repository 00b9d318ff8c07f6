import { FakeClock } from '../../shared/clock.ts'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { runCommandLine } from '../cli.ts'
import type { CommandContext } from '../context.ts'
import { FakeTerminal } from '../terminal/fake-terminal.ts'
import { fakeClient, type FakeClient } from './fake-client.ts'
import { startMs } from './samples.ts'

interface Given {
  readonly handlers?: Partial<ClientHandlers>
  readonly answers?: readonly (string | (() => string))[]
  readonly isInteractive?: boolean
}

export interface Ran {
  readonly exitCode: number
  readonly terminal: FakeTerminal
  readonly client: FakeClient
  /** The names of the requests, in their order. */
  readonly requested: string[]
  /** The JSON documents on stdout, one for each line. */
  json(): unknown[]
}

/** Runs a command line against fakes, as if typed by a person unless said otherwise. */
export async function runWithFakes(commandLine: readonly string[], given: Given = {}): Promise<Ran> {
  const { terminal, client, context } = fakeContext(given)
  const opened = {
    api: client,
    isOwner: true,
    close: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    startScheduler: () => ({ stop: () => Promise.resolve() }),
  }
  const exitCode = await runCommandLine(commandLine, {
    terminal,
    clock: context.clock,
    currentFolder: context.currentFolder,
    rendererFolder: '/work/dist/renderer',
    onInterrupt: () => () => {},
    open: () => Promise.resolve(opened),
    openAsOwner: () => Promise.resolve(opened),
    service: {
      kind: 'systemd',
      command: () => ({ program: '/usr/bin/node', args: ['/opt/holdfast.mjs', 'daemon'], environment: {} }),
    },
    startDaemon: () => Promise.resolve(4711),
    onUnexpected: () => 'log-1',
  })
  return {
    exitCode,
    terminal,
    client,
    requested: client.requests.map(({ name }) => name),
    json: () => terminal.results.map((line) => JSON.parse(line) as unknown),
  }
}

/** What a part of a command works with. */
export function fakeContext(given: Given = {}): {
  readonly context: CommandContext
  readonly terminal: FakeTerminal
  readonly client: FakeClient
  readonly clock: FakeClock
} {
  const terminal = new FakeTerminal(given.answers, { isInteractive: given.isInteractive ?? true })
  const client = fakeClient(given.handlers ?? {})
  const clock = new FakeClock(startMs)
  const context: CommandContext = {
    api: client,
    terminal,
    clock,
    manner: { isJson: false, isQuiet: false, isNonInteractive: false, method: undefined },
    currentFolder: '/work',
    onInterrupt: () => () => {},
  }
  return { context, terminal, client, clock }
}
