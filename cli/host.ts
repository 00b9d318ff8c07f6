import type { Clock } from '../shared/clock.ts'
import type { CommandContext } from './context.ts'
import type { OpenedClient, OwnerClient } from '../core/attach/open.ts'
import type { ServiceCommand, ServiceKind } from './service/service-definition.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What the commands run on. */
export interface Surroundings {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly currentFolder: string
  /** Where the interface's build lies. */
  readonly rendererFolder: string
  onInterrupt(listener: () => void): () => void
  /** @param home the profile's folder, where one was given */
  open(home: string | undefined): Promise<OpenedClient>
  openAsOwner(home: string | undefined): Promise<OwnerClient>
  /** How the operating system would keep `holdfast daemon` running. */
  readonly service: {
    readonly kind: ServiceKind
    command(home: string | undefined): ServiceCommand
  }
  /** Starts `holdfast daemon --foreground` as a process of its own. Returns its process id once it listens. */
  startDaemon(home: string | undefined): Promise<number>
  /** Writes what nobody expected to the log. Returns an id that finds it. */
  onUnexpected(error: unknown): string
}

export interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly nonInteractive?: boolean
  readonly method?: string
  readonly home?: string
}

/** What a command hands to its caller; nothing is 0. */
type ExitCode = number | undefined

/** How commands get what they work with, only when they run: `--help` opens no profile. */
export interface Host {
  readonly surroundings: Surroundings
  run<A extends unknown[]>(
    body: (context: CommandContext, ...args: A) => Promise<ExitCode>,
  ): (...args: A) => Promise<void>
  /** For what must own the profile itself. */
  runAsOwner<A extends unknown[]>(
    body: (context: CommandContext, owner: OwnerClient, ...args: A) => Promise<ExitCode>,
  ): (...args: A) => Promise<void>
}
