import { AppError, type ErrorCode } from '../../shared/errors.ts'

/** The code of the AppError that a call fails with. A call that succeeds, or fails otherwise, fails the test. */
export async function errorCodeOf(call: Promise<unknown>): Promise<ErrorCode> {
  try {
    await call
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  throw new Error('The call succeeded.')
}
