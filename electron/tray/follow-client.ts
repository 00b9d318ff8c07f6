import type { ClientApi, RunProgress } from '../../shared/client-api.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { noticeOf } from '../notify/run-notice.ts'
import type { Words } from '../words/words.ts'
import { trayView, type TrayView } from './tray-status.ts'

export interface FollowDeps {
  readonly api: ClientApi
  readonly tray: { show(view: TrayView, words: Words): void; destroy(): void }
  words(): Words
  locale(): string
  notify(title: string, body: string): void
  onFailure(error: unknown): void
}

export interface FollowedTray {
  /** Asks the client anew and shows what it says. */
  refresh(): void
  /** The person looked at the window: what was wrong has been seen. */
  seen(): void
  destroy(): void
}

/** Keeps the tray in step with the client, and tells of runs that ended. */
export function followClient(deps: FollowDeps): FollowedTray {
  const { api, tray } = deps
  let progress: RunProgress | undefined
  let needsAttention = false
  let isDestroyed = false

  const draw = async (): Promise<void> => {
    const status = await api.request('app.status', {})
    // A client that cannot say how it is leaves the last picture; the window shows the problem.
    if (!status.ok || isDestroyed) return
    const format = new Intl.DateTimeFormat(deps.locale(), { dateStyle: 'short', timeStyle: 'short' })
    const formatInstant = (at: string): string => format.format(new Date(at))
    tray.show(trayView(status.value, progress, needsAttention, deps.words(), formatInstant), deps.words())
  }
  const refresh = (): void => {
    draw().catch((error: unknown) => deps.onFailure(error))
  }
  const tell = async (run: JobRun): Promise<void> => {
    const sets = await api.request('sets.list', {})
    const found = sets.ok ? sets.value.backupSets.find((each) => each.id === run.backupSetId) : undefined
    const notice = noticeOf(run, found?.definition.name ?? '', deps.words())
    if (notice === undefined) return
    needsAttention ||= notice.needsAttention
    deps.notify(notice.title, notice.body)
    refresh()
  }

  const stops = [
    api.on('run.started', refresh),
    api.on('run.progress', (next) => {
      const wasPercent = Math.floor((progress?.doneFraction ?? 0) * 100)
      progress = next
      // Progress comes several times a second; the tray shows whole percents.
      if (Math.floor((next.doneFraction ?? 0) * 100) !== wasPercent) refresh()
    }),
    api.on('run.ended', ({ run }) => {
      progress = undefined
      refresh()
      tell(run).catch((error: unknown) => deps.onFailure(error))
    }),
    api.on('session.changed', refresh),
  ]
  refresh()
  return {
    refresh,
    seen: () => {
      if (!needsAttention) return
      needsAttention = false
      refresh()
    },
    destroy: () => {
      isDestroyed = true
      for (const stop of stops) stop()
      tray.destroy()
    },
  }
}
