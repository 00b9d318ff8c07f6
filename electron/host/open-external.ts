import { AppError } from '../../shared/errors.ts'

/**
 * The address to hand to the system, normalised. Only https and mailto: `file:`, `smb:` and programs' own
 * schemes would let a page start something on this computer. Plain http only to the backup server that runs on
 * this computer, whose page for passkeys a browser must show.
 *
 * @param serverAddress of the server that this profile uses; null = none was chosen
 * @throws AppError NOT_ALLOWED
 */
export function externalAddress(address: string, serverAddress: string | null): string {
  if (URL.canParse(address)) {
    const url = new URL(address)
    const isBare = url.username === '' && url.password === ''
    if (url.protocol === 'https:' && isBare) return url.href
    if (url.protocol === 'http:' && isBare && isOwnServer(url, serverAddress)) return url.href
    // Other fields of a mail may attach files in some mail programs.
    if (url.protocol === 'mailto:' && !/[?&]attach/i.test(url.search)) return url.href
  }
  throw new AppError('NOT_ALLOWED', 'Only https and mailto addresses are opened.')
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The same port of this computer, under whichever of its names. */
function isOwnServer(url: URL, serverAddress: string | null): boolean {
  if (serverAddress === null || !URL.canParse(serverAddress)) return false
  const own = new URL(serverAddress)
  return (
    own.protocol === 'http:' &&
    loopbackNames.has(own.hostname) &&
    loopbackNames.has(url.hostname) &&
    own.port === url.port
  )
}
