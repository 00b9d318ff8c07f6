import type { JobRun } from '../../shared/model/job-run.ts'
import type { Words } from '../words/words.ts'

export interface Notice {
  readonly title: string
  readonly body: string
  readonly needsAttention: boolean
}

/**
 * What to tell a person about a run that ended; undefined for what they did themselves or need not know:
 * their own cancelling, a skip that passes by itself (recorded, shown in the window), a scheduled run that went
 * well.
 */
export function noticeOf(
  run: Pick<JobRun, 'kind' | 'trigger' | 'outcome' | 'skipReason'>,
  setName: string,
  words: Words,
): Notice | undefined {
  if (run.kind !== 'backup') return undefined
  switch (run.outcome) {
    case 'complete':
      if (run.trigger !== 'manual') return undefined
      return { title: words.doneTitle, body: setName, needsAttention: false }
    case 'incomplete':
      return { title: words.incompleteTitle, body: setName, needsAttention: true }
    case 'failed':
      return { title: words.failedTitle, body: setName, needsAttention: true }
    case 'skipped':
      if (run.skipReason !== 'second-factor-required') return undefined
      return { title: words.heldUpTitle, body: setName, needsAttention: true }
    case 'cancelled':
      return undefined
  }
}
