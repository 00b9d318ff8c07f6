// Notices that whoever started a script is gone. npm passes few signals on and none when it is killed, so a script in
// the background would otherwise go on for ever.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

const everyMs = 500

/**
 * Calls back once when a process that this one was started by has ended: its parent, and under npm also the parent's
 * parent, because npm starts scripts through a shell that outlives it. Returns how to stop looking.
 */
export function onOrphaned(orphaned) {
  const parent = process.ppid
  const above = process.env.npm_lifecycle_event === undefined ? undefined : parentOf(parent)
  const timer = setInterval(() => {
    const isHeld = process.ppid === parent && (above === undefined || parentOf(parent) === above)
    if (isHeld) return
    clearInterval(timer)
    orphaned()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** The parent of a process; undefined where the system does not tell. */
function parentOf(pid) {
  if (process.platform === 'win32') return undefined
  try {
    if (process.platform === 'linux') {
      // proc_pid_stat(5): the name in parentheses may hold anything, so the fields count from its end.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    }
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return undefined
  }
}
