import { z } from 'zod'

interface ErrorTraits {
  /** Who can make a second try succeed: nobody, the same call later, or a person who changes something. */
  readonly retry: 'never' | 'later' | 'user'
  /** Process exit code of the terminal programs. Stable: scripts depend on it. */
  readonly exitCode: number
  readonly httpStatus: number
}

/**
 * Every failure that somebody must act on differently, with how each border reports it.
 *
 * Exit codes 0–9 are outcomes and usage: 0 done, 1 unexpected, 2 wrong usage, 3 done but incomplete.
 */
export const errorCatalog = {
  // Unexpected and malformed
  UNEXPECTED: { retry: 'never', exitCode: 1, httpStatus: 500 },
  INPUT_INVALID: { retry: 'user', exitCode: 2, httpStatus: 400 },
  NOT_FOUND: { retry: 'user', exitCode: 4, httpStatus: 404 },
  CONFLICT: { retry: 'user', exitCode: 5, httpStatus: 409 },
  VERSION_CONFLICT: { retry: 'user', exitCode: 5, httpStatus: 409 },
  NOT_ALLOWED: { retry: 'user', exitCode: 6, httpStatus: 403 },
  // Repository and engine
  REPOSITORY_MISSING: { retry: 'user', exitCode: 10, httpStatus: 404 },
  REPOSITORY_LOCKED: { retry: 'later', exitCode: 11, httpStatus: 409 },
  REPOSITORY_PASSWORD_WRONG: { retry: 'user', exitCode: 12, httpStatus: 422 },
  REPOSITORY_BUSY: { retry: 'later', exitCode: 13, httpStatus: 409 },
  REPOSITORY_DAMAGED: { retry: 'user', exitCode: 14, httpStatus: 422 },
  ENGINE_FAILED: { retry: 'user', exitCode: 15, httpStatus: 500 },
  ENGINE_MISSING: { retry: 'user', exitCode: 16, httpStatus: 500 },
  SOURCE_MISSING: { retry: 'user', exitCode: 17, httpStatus: 422 },
  TARGET_UNUSABLE: { retry: 'user', exitCode: 18, httpStatus: 422 },
  COMMAND_FAILED: { retry: 'user', exitCode: 19, httpStatus: 500 },
  DISK_FULL: { retry: 'user', exitCode: 22, httpStatus: 507 },
  QUOTA_EXCEEDED: { retry: 'user', exitCode: 23, httpStatus: 507 },
  BRAKE_TRIPPED: { retry: 'user', exitCode: 24, httpStatus: 423 },
  // Signing in
  SIGN_IN_FAILED: { retry: 'user', exitCode: 30, httpStatus: 401 },
  SIGN_IN_ENDED: { retry: 'user', exitCode: 31, httpStatus: 410 },
  PASSCODE_WRONG: { retry: 'user', exitCode: 32, httpStatus: 422 },
  PASSCODE_EXPIRED: { retry: 'user', exitCode: 33, httpStatus: 410 },
  NO_METHOD_AVAILABLE: { retry: 'user', exitCode: 34, httpStatus: 403 },
  SESSION_ENDED: { retry: 'user', exitCode: 35, httpStatus: 401 },
  STEP_UP_REQUIRED: { retry: 'user', exitCode: 36, httpStatus: 403 },
  DEVICE_REVOKED: { retry: 'user', exitCode: 37, httpStatus: 403 },
  LEASE_ENDED: { retry: 'later', exitCode: 38, httpStatus: 401 },
  DEVICE_UNKNOWN: { retry: 'user', exitCode: 39, httpStatus: 401 },
  // This computer
  SECRET_STORE_UNAVAILABLE: { retry: 'user', exitCode: 40, httpStatus: 500 },
  SECRET_STORE_LOCKED: { retry: 'user', exitCode: 41, httpStatus: 500 },
  PROFILE_IN_USE: { retry: 'later', exitCode: 42, httpStatus: 409 },
  PROFILE_DAMAGED: { retry: 'user', exitCode: 43, httpStatus: 500 },
  NOT_SET_UP: { retry: 'user', exitCode: 44, httpStatus: 409 },
  KIT_NOT_CONFIRMED: { retry: 'user', exitCode: 45, httpStatus: 409 },
  KIT_INVALID: { retry: 'user', exitCode: 46, httpStatus: 422 },
  KEY_MISSING: { retry: 'user', exitCode: 47, httpStatus: 409 },
  SET_OF_OTHER_COMPUTER: { retry: 'user', exitCode: 48, httpStatus: 409 },
  // The way to the server
  SERVER_UNREACHABLE: { retry: 'later', exitCode: 50, httpStatus: 503 },
  SERVER_BUSY: { retry: 'later', exitCode: 51, httpStatus: 503 },
  SERVER_CERTIFICATE: { retry: 'user', exitCode: 52, httpStatus: 502 },
  SERVER_INSECURE: { retry: 'user', exitCode: 53, httpStatus: 400 },
  SERVER_ANSWER_UNKNOWN: { retry: 'later', exitCode: 54, httpStatus: 502 },
  CLOCK_WRONG: { retry: 'user', exitCode: 55, httpStatus: 400 },
  RATE_LIMITED: { retry: 'later', exitCode: 56, httpStatus: 429 },
  SEND_FAILED: { retry: 'later', exitCode: 57, httpStatus: 502 },
  PROXY_UNREACHABLE: { retry: 'later', exitCode: 58, httpStatus: 503 },
  PROXY_SIGN_IN_REQUIRED: { retry: 'user', exitCode: 59, httpStatus: 502 },
  PROXY_REFUSED: { retry: 'user', exitCode: 60, httpStatus: 502 },
  CODE_UNCHECKED: { retry: 'later', exitCode: 61, httpStatus: 502 },
  // Passkeys
  PASSKEY_REFUSED: { retry: 'user', exitCode: 62, httpStatus: 422 },
  HAND_OFF_ENDED: { retry: 'user', exitCode: 63, httpStatus: 410 },
  // Accounts that may not be used now
  ACCOUNT_SUSPENDED: { retry: 'user', exitCode: 64, httpStatus: 403 },
  ACCOUNT_EXPIRED: { retry: 'user', exitCode: 65, httpStatus: 403 },
  SECOND_FACTOR_REQUIRED: { retry: 'user', exitCode: 66, httpStatus: 403 },
  // Nothing is sent to this number’s country
  COUNTRY_NOT_ALLOWED: { retry: 'user', exitCode: 67, httpStatus: 422 },
  // Approving on a phone
  PHONE_REQUEST_ENDED: { retry: 'user', exitCode: 68, httpStatus: 410 },
  // A person stopped it
  CANCELLED: { retry: 'user', exitCode: 130, httpStatus: 499 },
} as const satisfies Record<string, ErrorTraits>

export type ErrorCode = keyof typeof errorCatalog

export const errorCodes = Object.keys(errorCatalog) as readonly ErrorCode[]

/** Facts a caller needs to act on a failure. Never a secret and never the value of an input field. */
export const errorDetailsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
)
export type ErrorDetails = z.infer<typeof errorDetailsSchema>

/** A failure as it crosses a process border. `errorId` finds the log line. */
export const problemSchema = z
  .object({
    code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    details: errorDetailsSchema.optional(),
    errorId: z.string().optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problemSchema>

/** A known failure. `message` is English for the log and free of secrets; people read the translated `code`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails | undefined

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; details?: ErrorDetails }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options?.details
  }

  get traits(): ErrorTraits {
    return errorCatalog[this.code]
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** The body that a border sends for a failure. An unknown failure tells nothing but its `errorId`. */
export function problemFrom(error: unknown, errorId?: string): Problem {
  const id = errorId === undefined ? {} : { errorId }
  if (!isAppError(error)) return { code: 'UNEXPECTED', message: 'Something unexpected went wrong.', ...id }
  const details = error.details === undefined ? {} : { details: error.details }
  return { code: error.code, message: error.message, ...details, ...id }
}

/** Makes a received problem throwable again. */
export function errorFrom(problem: Problem): AppError {
  return new AppError(
    problem.code,
    problem.message,
    problem.details === undefined ? {} : { details: problem.details },
  )
}

/** Names where an input is wrong, never what it contained: the value may be a secret. */
export function inputError(error: z.ZodError): AppError {
  const paths = error.issues.map((issue) => issue.path.map(String).join('.') || '(root)')
  const first = error.issues[0]
  return new AppError('INPUT_INVALID', `Invalid input at ${paths[0] ?? '(root)'}.`, {
    details: { paths: [...new Set(paths)], reason: first?.code ?? 'invalid' },
  })
}

export function assertNever(value: never): never {
  throw new Error(`Impossible case: ${JSON.stringify(value)}`)
}
