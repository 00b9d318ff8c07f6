import { AppError } from '../../shared/errors.ts'

/**
 * The server's address as it is stored and shown: scheme, host and port, nothing else. A name without a
 * scheme means https.
 *
 * @throws AppError INPUT_INVALID, SERVER_INSECURE for plain HTTP beyond this computer unless allowed
 */
export function serverAddress(typed: string, allowInsecure: boolean): string {
  const text = typed.trim()
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('scheme')
  // The address is stored and shown in places that no password belongs to.
  if (url.username !== '' || url.password !== '') throw invalid('credentials')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw invalid('path')
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecure) {
    throw new AppError(
      'SERVER_INSECURE',
      `Without TLS everybody on the way to ${url.host} could read the password. Use https, or allow it explicitly.`,
      { details: { host: url.host } },
    )
  }
  return url.origin
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw invalid('form')
  }
}

function invalid(reason: string): AppError {
  return new AppError(
    'INPUT_INVALID',
    'The server’s address has the form https://name or https://name:port.',
    {
      details: { paths: ['address'], reason },
    },
  )
}

/** Names and addresses that never leave this computer (RFC 6761 6.3, RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
