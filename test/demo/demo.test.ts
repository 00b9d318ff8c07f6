import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const program = path.join(import.meta.dirname, 'main.ts')
const summarySchema = z.object({
  kept: z.number(),
  broken: z.number(),
  steps: z.array(
    z.object({ title: z.string(), outcome: z.enum(['kept', 'broken']), notes: z.array(z.string()) }),
  ),
})

describe('the demo', () => {
  it('keeps every promise, from the first sign-in to the new computer', { timeout: 180_000 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--json', '--megabytes', '30'])
    const summary = summarySchema.parse(JSON.parse(stdout))
    expect(summary.steps.filter((step) => step.outcome === 'broken')).toEqual([])
    expect(summary).toMatchObject({ kept: 14, broken: 0 })
  })
})
