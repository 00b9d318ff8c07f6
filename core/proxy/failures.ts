import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'
import { certificateFailure, isCertificateCode, unreachable } from '../server-client/failures.ts'

/** What kept us from the proxy itself. Nothing of the request was sent. */
export function proxyFailure(error: unknown, host: string): AppError {
  const code = codeOf(error)
  if (isCertificateCode(code)) return certificateFailure(code, host)
  return proxyUnreachable(host, code)
}

export function proxyUnreachable(host: string, systemCode: string): AppError {
  return new AppError('PROXY_UNREACHABLE', `The proxy ${host} cannot be reached (${systemCode}).`, {
    details: { proxy: host, systemCode },
  })
}

/**
 * What a proxy says instead of connecting us (RFC 9110 15.5.8, 15.6).
 *
 * @returns SERVER_UNREACHABLE when it tried and did not get through
 */
export function proxyRefusal(status: number, host: string): AppError {
  if (status === 407) {
    return new AppError('PROXY_SIGN_IN_REQUIRED', `The proxy ${host} wants a login name and a password.`, {
      details: { proxy: host },
    })
  }
  if (status >= 500) return unreachable('gateway', host, `HTTP ${status}`)
  return new AppError(
    'PROXY_REFUSED',
    `The proxy ${host} does not let this connection through (${status}).`,
    {
      details: { proxy: host, status },
    },
  )
}
