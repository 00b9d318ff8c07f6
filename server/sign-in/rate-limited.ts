import { AppError } from '../../shared/errors.ts'

/**
 * RATE_LIMITED with the time in the message, where a person reads it, and as details `retryAfterSeconds`.
 *
 * @param what without the full stop
 * @param seconds null = only an administrator ends it
 */
export function rateLimited(what: string, seconds: number | null): AppError {
  if (seconds === null) return new AppError('RATE_LIMITED', `${what}; ask your administrator to end this.`)
  return new AppError('RATE_LIMITED', `${what}; possible again in ${durationText(seconds)}.`, {
    details: { retryAfterSeconds: seconds },
  })
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}
