import type { ClientApi } from '../shared/client-api.ts'
import type { Clock } from '../shared/clock.ts'
import type { MethodChoice } from './parse/method.ts'
import type { Terminal } from './terminal/terminal.ts'

/** How a command was asked to behave, whatever it does. */
export interface Manner {
  /** The result as JSON on stdout. */
  readonly isJson: boolean
  /** Only results and failures. */
  readonly isQuiet: boolean
  /** A question is a failure instead. */
  readonly isNonInteractive: boolean
  /** Which second factor to use where there is a choice. */
  readonly method: MethodChoice | undefined
}

/** What a command works with. It translates flags and answers to requests, and replies to text, and decides nothing. */
export interface CommandContext {
  readonly api: ClientApi
  readonly terminal: Terminal
  readonly clock: Clock
  readonly manner: Manner
  /** The folder that relative paths mean. */
  readonly currentFolder: string
  /** Calls back when the person presses Ctrl-C or the system asks the process to end. Returns how to stop that. */
  onInterrupt(listener: () => void): () => void
}
