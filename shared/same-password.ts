import { AppError } from './errors.ts'

/** Core says so before a second factor is spent, and the server in any case. */
export function samePasswordError(): AppError {
  return new AppError('INPUT_INVALID', 'This is the password that it was before. Choose another one.', {
    details: { paths: ['newPassword'], reason: 'same-as-before' },
  })
}
