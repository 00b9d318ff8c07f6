import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface WindowStart {
  /** From starting the program until a typed character is in the first field of its page, drawn. */
  readonly typableMs: number
  /** What all its processes weigh some seconds later, proc_pid_smaps_rollup(5). */
  readonly weight: Weight
}

export interface Weight {
  /** Proportional set size: with its share of the pages of files, as of Electron's own program. */
  readonly megabytes: number
  /** What of it no file backs: the memory that the system cannot take back without the program. */
  readonly ownMegabytes: number
}

/** Long enough for everything that a program puts off until its window is shown. */
const settleMs = 4_000
const patienceMs = 60_000

/**
 * Starts an Electron program, waits until its page takes typing, weighs it and ends it.
 *
 * The page tells the moment itself, through Chromium's debugger, which both programs that are compared carry alike.
 * Times of two processes are of one clock, the computer's.
 */
export async function startWindow(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<WindowStart> {
  const startedAt = wallClockMs()
  const child = spawn(program, ['--remote-debugging-port=0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  try {
    const typableAt = await whenTypable(await debuggerAddress(child))
    await sleep(settleMs)
    return { typableMs: typableAt - startedAt, weight: weightOf(child.pid ?? 0) }
  } finally {
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(killer)
  }
}

function debuggerAddress(child: ChildProcess): Promise<string> {
  const written: string[] = []
  return new Promise((resolve, reject) => {
    if (child.stderr === null) throw new Error('The program was started without its error output.')
    createInterface({ input: child.stderr }).on('line', (line) => {
      written.push(line)
      const address = /^DevTools listening on (\S+)$/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`It ended with ${code}:\n${written.join('\n')}`)))
    child.once('error', reject)
  })
}

/** In the page: waits for a field that can be typed in, then for the frame that shows it. */
const untilShown = `new Promise((resolve) => {
  const look = () => {
    const field = document.querySelector('input:not([disabled])')
    if (field === null) return requestAnimationFrame(look)
    field.focus()
    requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())))
  }
  look()
})`
const typed = `(() => { const { value } = document.activeElement; return value })()`

async function whenTypable(address: string): Promise<number> {
  const speak = await openDebugger(address)
  try {
    await speak.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: true,
    })
    const sessionId = await speak.page
    const shownAt = await whenShown(speak, sessionId)
    await speak.send('Input.insertText', { text: 'x' }, sessionId)
    const value = await evaluate(speak, sessionId, typed)
    if (typeof value !== 'string' || !value.includes('x'))
      throw new Error('The page was shown but takes no typing.')
    return shownAt
  } finally {
    speak.close()
  }
}

/** The empty page that comes before every other one may go while it is being looked at: then the next is. */
async function whenShown(speak: Debugger, sessionId: string): Promise<number> {
  for (;;) {
    try {
      return (await evaluate(speak, sessionId, untilShown)) as number
    } catch (error) {
      if (!/context was destroyed|execution context/.test(String(error))) throw error
      await sleep(5)
    }
  }
}

interface Debugger {
  /** The session of the program's first page. */
  readonly page: Promise<string>
  send(method: string, params: object, sessionId?: string): Promise<unknown>
  close(): void
}

async function openDebugger(address: string): Promise<Debugger> {
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`Nothing answers at ${address}.`)))
  })
  const waiting = new Map<number, (message: Message) => void>()
  let last = 0
  const page = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The program opened no page.')), patienceMs)
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message
      if (message.id !== undefined) waiting.get(message.id)?.(message)
      if (message.method === 'Target.attachedToTarget' && message.params?.targetInfo.type === 'page') {
        clearTimeout(late)
        resolve(message.params.sessionId)
      }
    })
  })
  return {
    page,
    send: (method, params, sessionId) => {
      const id = ++last
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id)
          if (error === undefined) resolve(result)
          else reject(new Error(`${method}: ${error.message}`))
        })
      })
    },
    close: () => socket.close(),
  }
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly sessionId: string; readonly targetInfo: { readonly type: string } }
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

async function evaluate(speak: Debugger, sessionId: string, expression: string): Promise<unknown> {
  const question = { expression, awaitPromise: true, returnByValue: true }
  const answer = (await speak.send('Runtime.evaluate', question, sessionId)) as {
    result: { value?: unknown }
    exceptionDetails?: { text: string }
  }
  if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.text)
  return answer.result.value
}

/** Of a process and all that it started. */
function weightOf(pid: number): Weight {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const megabytesOf = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024
  const own = { megabytes: megabytesOf('Pss'), ownMegabytes: megabytesOf('Pss_Anon') }
  return childrenOf(pid)
    .map(weightOf)
    .reduce(
      (sum, each) => ({
        megabytes: sum.megabytes + each.megabytes,
        ownMegabytes: sum.ownMegabytes + each.ownMegabytes,
      }),
      own,
    )
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

function wallClockMs(): number {
  return performance.timeOrigin + performance.now()
}
