import { AppError } from '../../shared/errors.ts'
import { parsedUrl } from './parsed-url.ts'

/**
 * A proxy's address as it is stored and shown: scheme, host and port. A name without a scheme means http.
 *
 * @throws AppError INPUT_INVALID, which never quotes what was typed: people paste passwords into addresses
 */
export function proxyAddress(typed: string): string {
  const text = typed.trim()
  const url = parsedUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null) throw invalid('form')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('scheme')
  if (url.username !== '' || url.password !== '') throw invalid('credentials')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw invalid('path')
  return url.origin
}

function invalid(reason: 'form' | 'scheme' | 'credentials' | 'path'): AppError {
  return new AppError(
    'INPUT_INVALID',
    'A proxy’s address has the form http://name:port or https://name:port; login name and password are given apart.',
    { details: { paths: ['proxy.address'], reason } },
  )
}
