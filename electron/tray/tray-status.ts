import type { AppStatus, RunProgress } from '../../shared/client-api.ts'
import { fill, type Words } from '../words/words.ts'

/** What the tray shows of the client's state. */
export type TrayState = 'signed-out' | 'idle' | 'running' | 'attention'

export interface TrayView {
  readonly state: TrayState
  readonly line: string
  readonly canBackUp: boolean
}

/**
 * The tray's picture and line.
 *
 * @param progress of the newest run under way, undefined when nothing runs
 * @param needsAttention a run ended badly since the window was last looked at
 */
export function trayView(
  status: Pick<AppStatus, 'session' | 'device' | 'running' | 'nextRuns'>,
  progress: Pick<RunProgress, 'doneFraction'> | undefined,
  needsAttention: boolean,
  words: Words,
  formatInstant: (at: string) => string,
): TrayView {
  // An enrolled computer backs up without anybody being signed in.
  const canBackUp = status.session !== null || status.device !== null
  if (status.running.length > 0) {
    const fraction = progress?.doneFraction ?? null
    const percent = fraction === null ? '' : `${Math.floor(fraction * 100)} %`
    return { state: 'running', line: fill(words.statusRunning, { percent }).trim(), canBackUp: false }
  }
  if (!canBackUp) return { state: 'signed-out', line: words.statusSignedOut, canBackUp }
  const next = [...status.nextRuns].sort((a, b) => a.at.localeCompare(b.at))[0]
  const line =
    next === undefined
      ? words.statusIdle
      : fill(words.statusNext, { name: next.name, when: formatInstant(next.at) })
  return { state: needsAttention ? 'attention' : 'idle', line, canBackUp }
}
