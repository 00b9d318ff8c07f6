import { AppError } from '../../shared/errors.ts'

/**
 * The address to hand to the system, normalised. Only https and mailto: `file:`, `smb:` and programs' own
 * schemes would let a page start something on this computer.
 *
 * @throws AppError NOT_ALLOWED
 */
export function externalAddress(address: string): string {
  if (URL.canParse(address)) {
    const url = new URL(address)
    if (url.protocol === 'https:' && url.username === '' && url.password === '') return url.href
    // Other fields of a mail may attach files in some mail programs.
    if (url.protocol === 'mailto:' && !/[?&]attach/i.test(url.search)) return url.href
  }
  throw new AppError('NOT_ALLOWED', 'Only https and mailto addresses are opened.')
}
