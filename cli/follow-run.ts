import { errorCatalog } from '../shared/errors.ts'
import type { JobRunId } from '../shared/model/ids.ts'
import type { JobRun } from '../shared/model/job-run.ts'
import type { CommandContext } from './context.ts'
import { createProgressView } from './progress/progress-view.ts'
import { requestOnly } from './request.ts'
import { runSummary } from './run-summary.ts'

/**
 * Starts a run and shows it until its end. Ctrl-C cancels the run and still waits for its end, so that what is
 * written is whole.
 */
export async function followRun(
  context: CommandContext,
  title: string,
  start: () => Promise<{ readonly jobRunId: JobRunId }>,
): Promise<JobRun> {
  const view = createProgressView(context, title)
  let jobRunId: JobRunId | undefined
  const stops = [
    context.api.on('run.progress', (progress) => {
      if (progress.jobRunId === jobRunId) view.show(progress)
    }),
    context.onInterrupt(() => {
      if (jobRunId === undefined) return
      view.remark('Stopping …')
      void context.api.request('run.cancel', { jobRunId })
    }),
  ]
  try {
    jobRunId = (await start()).jobRunId
    view.started(jobRunId)
    const { run } = await requestOnly(context, 'run.wait', { jobRunId })
    view.ended(run)
    for (const line of context.manner.isJson ? [] : runSummary(run, context.terminal.paint)) {
      context.terminal.out(line)
    }
    return run
  } finally {
    view.close()
    for (const stop of stops) stop()
  }
}

/** The exit code that a run stands for (errorCatalog: 3 is "done but incomplete"). */
export function exitCodeOfRun(run: JobRun): number {
  switch (run.outcome) {
    case 'complete':
      return 0
    case 'skipped':
      // Cron must hear of the one skip that no later run makes good by itself.
      return run.skipReason === 'second-factor-required' ? errorCatalog.SECOND_FACTOR_REQUIRED.exitCode : 0
    case 'incomplete':
      return 3
    case 'cancelled':
      return errorCatalog.CANCELLED.exitCode
    case 'failed':
      return errorCatalog[run.errorCode ?? 'UNEXPECTED'].exitCode
  }
}
