import { userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { systemClock } from '../clock.ts'
import type { Clock } from '../../shared/clock.ts'

/** What a command touches of the process that runs it. */
export interface CommandIo {
  readonly environment: NodeJS.ProcessEnv
  readonly clock: Clock
  out(text: string): void
  err(text: string): void
  /** All of standard input, as text. */
  readInput(): Promise<string>
  /** The next line of standard input without its end: what a person types now. Empty at the end of input. */
  readLine(): Promise<string>
  /** Who runs the command, as the audit log names it. */
  readonly actor: string
  /** Calls back when somebody asks the process to stop. */
  onStop(listener: () => void): void
}

export function processIo(): CommandIo {
  return {
    environment: process.env,
    clock: systemClock,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    async readInput() {
      let text = ''
      process.stdin.setEncoding('utf8')
      for await (const chunk of process.stdin) text += String(chunk)
      return text
    },
    async readLine() {
      const lines = createInterface({ input: process.stdin })
      try {
        for await (const line of lines) return line
        return ''
      } finally {
        lines.close()
      }
    },
    actor: `command:${userInfo().username}`,
    onStop(listener) {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, listener)
    },
  }
}
