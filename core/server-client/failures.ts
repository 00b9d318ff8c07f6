import { AppError, isAppError, type ErrorCode } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'

/** Why the server was not reached. The first three mean that nothing of the request was sent. */
export type UnreachableReason =
  'refused' | 'name-unknown' | 'no-route' | 'timeout' | 'cut' | 'tls' | 'gateway' | 'other'

const reasons: Readonly<Record<string, UnreachableReason>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'cut',
  ECONNABORTED: 'cut',
  EPIPE: 'cut',
  ERR_BAD_RESPONSE: 'cut',
  ERR_STREAM_PREMATURE_CLOSE: 'cut',
  EPROTO: 'tls',
}

/** OpenSSL's verification codes as Node names them, and Node's own for a wrong name. */
const certificateCodes =
  /^(CERT_|CRL_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/

export function isCertificateCode(code: string): boolean {
  return certificateCodes.test(code)
}

/**
 * What stopped a request on its way. Nothing of the original error goes along but its code: an HTTP
 * client's error carries the whole request, with tokens and passwords.
 */
export function networkFailure(error: unknown, host: string): AppError {
  // What the way there said already, wrapped by the HTTP client.
  const cause = error instanceof Error ? error.cause : undefined
  if (isAppError(cause)) return cause
  const code = codeOf(error)
  if (isCertificateCode(code)) return certificateFailure(code, host)
  if (code.startsWith('HPE_')) return unknownAnswer('not-http', host)
  if (error instanceof Error && error.message.startsWith('maxContentLength'))
    return unknownAnswer('too-long', host)
  return unreachable(code.startsWith('ERR_SSL') ? 'tls' : (reasons[code] ?? 'other'), host, code)
}

export function unreachable(reason: UnreachableReason, host: string, systemCode: string): AppError {
  return new AppError(
    'SERVER_UNREACHABLE',
    `The server ${host} cannot be reached (${reason}, ${systemCode}).`,
    {
      details: { reason, systemCode, host },
    },
  )
}

const proxyCodes: readonly ErrorCode[] = ['PROXY_UNREACHABLE', 'PROXY_SIGN_IN_REQUIRED', 'PROXY_REFUSED']

/** Whether a failure tells of the way to the server only: the server itself has refused nothing. */
export function isOfTheWay({ code }: AppError): boolean {
  return code === 'SERVER_UNREACHABLE' || code === 'SERVER_CERTIFICATE' || proxyCodes.includes(code)
}

/** Whether not one byte of the request can have arrived. */
export function wasNeverSent(error: AppError): boolean {
  const reason = error.details?.['reason']
  if (proxyCodes.includes(error.code)) return true
  return (
    error.code === 'SERVER_UNREACHABLE' &&
    ['refused', 'name-unknown', 'no-route'].some((each) => each === reason)
  )
}

export function certificateFailure(code: string, host: string): AppError {
  return new AppError(
    'SERVER_CERTIFICATE',
    `The certificate of ${host} is not to be trusted (${code}). If the server has a certificate of its own ` +
      'authority, name that authority’s file; if the date is the reason, look at this computer’s clock.',
    { details: { reason: code, host } },
  )
}

export function unknownAnswer(
  reason: 'redirect' | 'not-json' | 'not-http' | 'too-long' | 'wrong-shape' | 'unknown-problem',
  host: string,
  status?: number,
): AppError {
  const what = status === undefined ? reason : `${reason}, status ${status}`
  return new AppError(
    'SERVER_ANSWER_UNKNOWN',
    `What answers at ${host} does not answer as a Holdfast server does (${what}). ` +
      'A proxy or the sign-in page of a network may stand in between, or the server has another version.',
    { details: { reason, host, status: status ?? null } },
  )
}
