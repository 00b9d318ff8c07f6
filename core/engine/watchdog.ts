import { spawn } from 'node:child_process'

/**
 * Waits for the end of its standard input, which this process holds and says nothing into. The input ends
 * when this process does, however it does; then the child gets an interrupt (restic removes its lock) and
 * five seconds later a kill.
 */
const script = 'read -r _; kill -INT "$1" 2>/dev/null || exit 0; sleep 5; kill -KILL "$1" 2>/dev/null'

/**
 * Sees to it that a child ends with this process, also when this process is killed. Node cannot ask the
 * kernel for that (PR_SET_PDEATHSIG), and an orphaned restic would hold its lock and go on.
 *
 * Windows needs nothing: libuv puts children into a job object that dies with its process.
 *
 * @param isGroup whether the child leads a process group that ends with it
 * @returns the function to call when the child has ended
 */
export function watchOver(pid: number, isGroup: boolean): () => void {
  if (process.platform === 'win32') return () => undefined
  const watchdog = spawn('/bin/sh', ['-c', script, 'holdfast-watchdog', String(isGroup ? -pid : pid)], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own: Ctrl-C in a terminal must not end it before its time.
    detached: true,
  })
  // Without a shell the child merely loses this safety; the lease still ends it within minutes.
  watchdog.on('error', () => undefined)
  watchdog.stdin.on('error', () => undefined)
  watchdog.unref()
  return () => void watchdog.kill('SIGKILL')
}
