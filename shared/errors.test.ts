import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  AppError,
  errorCatalog,
  errorCodes,
  errorFrom,
  inputError,
  problemFrom,
  problemSchema,
} from './errors.ts'

describe('the error catalogue', () => {
  it('keeps the exit codes that scripts depend on', () => {
    expect(
      Object.fromEntries(errorCodes.map((code) => [code, errorCatalog[code].exitCode])),
    ).toMatchSnapshot()
  })

  it('never uses an exit code that means success or an incomplete backup', () => {
    expect(errorCodes.filter((code) => [0, 3].includes(errorCatalog[code].exitCode))).toEqual([])
  })

  it('reports every failure as an HTTP error', () => {
    for (const code of errorCodes) expect(errorCatalog[code].httpStatus).toBeGreaterThanOrEqual(400)
  })
})

describe('a problem', () => {
  it('survives the border in both directions', () => {
    const error = new AppError('RATE_LIMITED', 'Too many messages.', { details: { retryAfterSeconds: 30 } })
    const back = errorFrom(problemSchema.parse(JSON.parse(JSON.stringify(problemFrom(error)))))
    expect(back).toMatchObject({
      code: 'RATE_LIMITED',
      message: error.message,
      details: { retryAfterSeconds: 30 },
    })
  })

  it('tells nothing of an unexpected error but where to find it', () => {
    const problem = problemFrom(new Error('password hunter2 for /home/anna'), 'err-1')
    expect(problem).toEqual({
      code: 'UNEXPECTED',
      message: 'Something unexpected went wrong.',
      errorId: 'err-1',
    })
  })
})

describe('a malformed input', () => {
  it('is named by its path and never by its value', () => {
    const parsed = z
      .object({ login: z.object({ password: z.string().max(3) }) })
      .safeParse({ login: { password: 'hunter2' } })
    const error = inputError(parsed.error as z.ZodError)
    expect(error.details).toEqual({ paths: ['login.password'], reason: 'too_big' })
    expect(JSON.stringify(problemFrom(error))).not.toContain('hunter2')
  })
})
