import { performance } from 'node:perf_hooks'

export interface StepResult {
  readonly title: string
  readonly seconds: number
  readonly outcome: 'kept' | 'broken'
  /** What was seen, in one line each. */
  readonly notes: readonly string[]
}

/** Collects what the story shows. A step that throws is a broken promise; the story then ends. */
export interface Report {
  step(title: string, work: (note: (line: string) => void) => Promise<void>): Promise<void>
  readonly results: readonly StepResult[]
  isBroken(): boolean
}

export function createReport(print: (result: StepResult) => void): Report {
  const results: StepResult[] = []
  return {
    results,
    isBroken: () => results.some((result) => result.outcome === 'broken'),
    async step(title, work) {
      const startedAt = performance.now()
      const notes: string[] = []
      const finish = (outcome: StepResult['outcome']): void => {
        const result = { title, seconds: (performance.now() - startedAt) / 1000, outcome, notes }
        results.push(result)
        print(result)
      }
      try {
        await work((line) => notes.push(line))
        finish('kept')
      } catch (error) {
        notes.push(error instanceof Error ? error.message : String(error))
        finish('broken')
        throw error
      }
    },
  }
}

/** Asserts a promise; the message says what was promised. */
export function promised(isKept: boolean, promise: string): asserts isKept {
  if (!isKept) throw new Error(`broken: ${promise}`)
}
