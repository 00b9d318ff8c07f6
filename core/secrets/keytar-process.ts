import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { AppError, isAppError } from '../../shared/errors.ts'

/**
 * The program of the child process. Requests come and answers go as lines of JSON, so that no secret is in
 * arguments or environment. It ends with its parent, by a signal: a call that hangs would keep a normal
 * exit waiting.
 */
const program = `
const out = (message) => process.stdout.write(JSON.stringify(message) + '\\n')
let keytar, failure
try { keytar = require(process.argv[1]) } catch (error) { failure = String(error && error.message) }
const lines = require('node:readline').createInterface({ input: process.stdin })
lines.on('close', () => process.kill(process.pid, 'SIGKILL'))
lines.on('line', async (line) => {
  const { id, call, args } = JSON.parse(line)
  if (failure !== undefined) return out({ id, missing: failure })
  try { out({ id, value: (await keytar[call](...args)) ?? null }) }
  catch (error) { out({ id, failed: String(error && error.message) }) }
})
`

const answerSchema = z.union([
  z.object({ id: z.number(), value: z.union([z.string(), z.boolean(), z.null()]) }),
  z.object({ id: z.number(), failed: z.string() }),
  z.object({ id: z.number(), missing: z.string() }),
])
type Answer = z.infer<typeof answerSchema>

type Call = 'getPassword' | 'setPassword' | 'deletePassword'

/** keytar's calls, each of which ends. */
export interface KeytarProcess {
  /** @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
  call(call: Call, ...args: string[]): Promise<string | boolean | null>
  /** Ends the child process; a later call starts another. */
  close(): void
}

export interface KeytarOptions {
  readonly clock: Clock
  readonly deadlineMs: number
  /** Finds the module that has keytar's interface, when it is first needed. */
  readonly findKeytar: () => string
  /** A Node to run it; without it this process's own program, which in a packaged desktop program is no Node. */
  readonly nodeProgram?: string
}

/** @throws AppError SECRET_STORE_UNAVAILABLE */
export function installedKeytar(): string {
  const require = createRequire(import.meta.url)
  try {
    return require.resolve('@github/keytar')
  } catch (error) {
    throw unavailable('its module is not installed', error)
  }
}

/**
 * keytar in a process of its own, which is killed when a call passes its deadline.
 *
 * In the same process a call that hangs (a locked or stuck keyring) would hold one of libuv's four threads
 * for good: after four, every file and name look-up of this process would hang too, and already after one
 * the process could not exit, because Node waits for that thread.
 */
export function keytarProcess({ clock, deadlineMs, findKeytar, nodeProgram }: KeytarOptions): KeytarProcess {
  let child: ChildProcess | undefined
  let nextId = 1
  const waiting = new Map<number, (answer: Answer | AppError) => void>()

  const stop = (reason: AppError): void => {
    child?.kill('SIGKILL')
    child = undefined
    for (const settle of waiting.values()) settle(reason)
    waiting.clear()
  }

  const start = (): ChildProcess => {
    const started = spawn(nodeProgram ?? process.execPath, ['-e', program, findKeytar()], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      windowsHide: true,
    })
    // It must not keep this process alive between calls.
    for (const each of [started, started.stdin as Socket, started.stdout as Socket]) each.unref()
    // A pipe that broke is followed by `exit`, which tells whoever waits.
    started.stdin.on('error', () => undefined)
    started.on('error', (error) => stop(unavailable('its process does not start', error)))
    started.on('exit', () => {
      if (child === started) stop(unavailable('its process ended unexpectedly'))
    })
    createInterface({ input: started.stdout }).on('line', (line) => {
      const answer = answerOf(line)
      if (answer === undefined) return
      waiting.get(answer.id)?.(answer)
      waiting.delete(answer.id)
    })
    return started
  }

  return {
    call: async (call, ...args) => {
      child ??= start()
      const id = nextId++
      const answered = new AbortController()
      const answer = new Promise<Answer | AppError>((resolve) => waiting.set(id, resolve))
      child.stdin?.write(`${JSON.stringify({ id, call, args })}\n`)
      // The timer also keeps this process alive until the answer is there.
      const deadline = clock.sleep(deadlineMs, answered.signal).then(() => 'late' as const)
      const first = await Promise.race([answer, deadline])
      answered.abort()
      if (first === 'late') {
        const reason = locked('it does not answer')
        stop(reason)
        throw reason
      }
      return valueOf(first)
    },
    close: () => stop(unavailable('it was closed')),
  }
}

/** Undefined for what a library printed in between. */
function answerOf(line: string): Answer | undefined {
  try {
    return answerSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

function valueOf(answer: Answer | AppError): string | boolean | null {
  if (isAppError(answer)) throw answer
  if ('value' in answer) return answer.value
  if ('missing' in answer) throw unavailable('its library cannot be loaded', new Error(answer.missing))
  // libsecret and the keyrings have no code for it that keytar passes on.
  if (/locked|dismissed|prompt|timeout/i.test(answer.failed)) throw locked(answer.failed)
  throw unavailable(answer.failed)
}

export function locked(reason: string): AppError {
  return new AppError(
    'SECRET_STORE_LOCKED',
    `The credential store is locked (${reason}). Unlock it and try again.`,
    { details: { reason } },
  )
}

export function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError(
    'SECRET_STORE_UNAVAILABLE',
    `The credential store of this computer cannot be used (${reason}). Nothing was stored anywhere else. ` +
      'To keep secrets in a file that only you can read instead, choose that: ' +
      '`holdfast login --secret-store file`, or "Secret store" in the settings.',
    { cause, details: { reason } },
  )
}
