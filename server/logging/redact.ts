/** Names of fields whose values are secrets, whatever object they stand in. */
const secretName =
  /password|passcode|secret|token|authorization|cookie|credential|private.?key|otpauth|backup.?codes?$|^(code|codes|otp|pin)$/i

/** Error codes and ids read like codes and are none. */
const errorCode = /^[A-Z][A-Z0-9_]*$/

const hidden = '[hidden]'
const maxDepth = 8

/**
 * A copy for the log in which values of secret-sounding fields are hidden and credentials inside addresses
 * cut out. The last net: code that logs is not given secrets in the first place.
 */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutCredentials(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= maxDepth) return '[deep]'
  if (value instanceof Error) return errorFields(value, depth)
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, redactedField(name, item, depth)]),
  )
}

function redactedField(name: string, value: unknown, depth: number): unknown {
  if (!secretName.test(name) || value === null || typeof value === 'boolean')
    return redacted(value, depth + 1)
  return name === 'code' && typeof value === 'string' && errorCode.test(value) ? value : hidden
}

/** What an error says about itself; other properties (a driver's parameters, a request) stay out. */
function errorFields(error: Error, depth: number): object {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: redacted(error.cause, depth + 1) }
  return {
    name: error.name,
    message: withoutCredentials(error.message),
    stack: withoutCredentials(error.stack ?? ''),
    ...code,
    ...cause,
  }
}

/** `scheme://user:password@host` without the middle; tokens in a query without their value. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, `$1${hidden}@`)
    .replace(/((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi, `$1${hidden}`)
}
