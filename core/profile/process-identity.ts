import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { codeOf } from './system-error.ts'

const run = promisify(execFile)

/**
 * Names one process for good: a process id alone comes back with another process. `start` is opaque and
 * has only letters, digits and dashes.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly start: string
}

/** Whole seconds differ by rounding and by what is measured; process ids do not come back that fast. */
const toleranceSeconds = 5

export async function ownIdentity(): Promise<ProcessIdentity> {
  if (process.platform === 'linux') {
    const start = await linuxStart(process.pid)
    if (start === undefined) throw new Error('The own process is not in /proc.')
    return { pid: process.pid, start }
  }
  return { pid: process.pid, start: String(Math.round(performance.timeOrigin / 1000)) }
}

/** Whether that very process still runs. When the system does not tell when it started, its id decides. */
export async function isAlive({ pid, start }: ProcessIdentity): Promise<boolean> {
  if (process.platform === 'linux') return (await linuxStart(pid)) === start
  if (!hasProcess(pid)) return false
  const seconds = process.platform === 'win32' ? await windowsStartSeconds(pid) : await unixStartSeconds(pid)
  return seconds === undefined || Math.abs(seconds - Number(start)) <= toleranceSeconds
}

/**
 * Boot and start tick of a process (proc(5)): field 22 of `stat`, counted behind the command's name, which
 * may hold spaces and brackets. A zombie has ended.
 */
async function linuxStart(pid: number): Promise<string | undefined> {
  const [stat, boot] = await Promise.all([
    readProc(`/proc/${pid}/stat`),
    readProc('/proc/sys/kernel/random/boot_id'),
  ])
  if (stat === undefined || boot === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  return `${boot.trim().slice(0, 8)}-${fields[19] ?? ''}`
}

async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // ESRCH: the process ended between open and read.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined
    throw error
  }
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** `ps` of POSIX with the widespread `lstart`: `Mon Nov 23 20:54:51 2026`, in the zone of TZ. */
export async function unixStartSeconds(pid: number): Promise<number | undefined> {
  try {
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' }
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env })
    return secondsOf(Date.parse(`${stdout.trim()} UTC`))
  } catch {
    // Without an answer the process id decides, which errs towards "still running".
    return undefined
  }
}

async function windowsStartSeconds(pid: number): Promise<number | undefined> {
  const script = `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`
  try {
    const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])
    return secondsOf(Date.parse(stdout.trim()))
  } catch {
    return undefined
  }
}

function secondsOf(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : Math.round(ms / 1000)
}
