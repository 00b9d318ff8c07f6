import { AppError } from '../../shared/errors.ts'
import type { PreviewProgress } from '../../shared/model/preview.ts'
import type { CoreDeps } from '../core-deps.ts'

export interface PreviewContext {
  readonly stop: AbortSignal
  readonly progress: (done: Omit<PreviewProgress, 'previewId'>) => void
}

/** Previews under way: what an interface asks for while a person waits, and may not want any more. */
export interface Previews {
  /** A new one under the same id ends the one before. @throws AppError CANCELLED when it was cancelled */
  make<T>(previewId: string, work: (context: PreviewContext) => Promise<T>): Promise<T>
  /** Whether there was one. */
  cancel(previewId: string): boolean
  /** Ends all and waits for their ends. */
  close(): Promise<void>
}

/** Each is a walk over the disk or a restic; more at once would only slow each other down. */
const mostAtOnce = 4

export function previews(deps: Pick<CoreDeps, 'events'>): Previews {
  const underWay = new Map<string, { controller: AbortController; ended: Promise<unknown> }>()
  const cancel = (previewId: string): boolean => {
    const entry = underWay.get(previewId)
    entry?.controller.abort()
    return entry !== undefined
  }
  return {
    make: async (previewId, work) => {
      cancel(previewId)
      if (!underWay.has(previewId) && underWay.size >= mostAtOnce) {
        throw new AppError('RATE_LIMITED', 'Other previews are being made. Wait for their end.')
      }
      const controller = new AbortController()
      const made = work({
        stop: controller.signal,
        progress: (done) => {
          // What was cancelled goes on for a moment; nobody wants to hear of it.
          if (!controller.signal.aborted) deps.events.emit('preview.progress', { previewId, ...done })
        },
      })
      const entry = { controller, ended: made.catch(() => undefined) }
      underWay.set(previewId, entry)
      try {
        const result = await made
        if (controller.signal.aborted) throw new AppError('CANCELLED', 'The preview was cancelled.')
        return result
      } finally {
        if (underWay.get(previewId) === entry) underWay.delete(previewId)
      }
    },
    cancel,
    close: async () => {
      const entries = Array.from(underWay.values())
      for (const { controller } of entries) controller.abort()
      await Promise.all(entries.map(({ ended }) => ended))
    },
  }
}
