import type { RunProgress } from '../../shared/client-api.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { CommandContext } from '../context.ts'
import { progressLine, progressText } from './progress-line.ts'

/** How a run is shown while it goes on. */
export interface ProgressView {
  started(jobRunId: JobRunId): void
  show(progress: RunProgress): void
  remark(line: string): void
  ended(run: JobRun): void
  close(): void
}

/** A bar for a person, one JSON event a line for programs, a line every tenth for logs, nothing when quiet. */
export function createProgressView(context: CommandContext, title: string): ProgressView {
  if (context.manner.isJson) return jsonView(context)
  if (context.manner.isQuiet) return { ...silent, remark: (line) => context.terminal.remark(line) }
  return context.terminal.isInteractive ? barView(context, title) : logView(context, title)
}

const silent: ProgressView = {
  started: () => {},
  show: () => {},
  remark: () => {},
  ended: () => {},
  close: () => {},
}

function jsonView({ terminal }: CommandContext): ProgressView {
  const event = (name: string, payload: object): void =>
    terminal.out(JSON.stringify({ event: name, ...payload }))
  return {
    ...silent,
    started: (jobRunId) => event('run.started', { jobRunId }),
    show: (progress) => event('run.progress', progress),
    ended: (run) => event('run.ended', { run }),
  }
}

function barView({ terminal }: CommandContext, title: string): ProgressView {
  return {
    ...silent,
    started: () => terminal.remark(title),
    show: (progress) => terminal.status(progressLine(progress, terminal.columns())),
    remark: (line) => terminal.remark(line),
    // The summary that follows stands in its place.
    ended: () => terminal.status(''),
    close: () => terminal.status(''),
  }
}

function logView({ terminal }: CommandContext, title: string): ProgressView {
  let shownStage: RunProgress['stage'] | undefined
  let shownTenth = -1
  return {
    ...silent,
    started: () => terminal.remark(title),
    show: (progress) => {
      const tenth = progress.doneFraction === null ? -1 : Math.floor(progress.doneFraction * 10)
      if (progress.stage === shownStage && tenth <= shownTenth) return
      shownStage = progress.stage
      shownTenth = tenth
      terminal.remark(`  ${progressText(progress)}`)
    },
    remark: (line) => terminal.remark(line),
  }
}
