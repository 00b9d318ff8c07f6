/**
 * The interface has an origin of its own, so that `'self'` in its policy means our files and nothing else.
 * A page from `file://` would share one origin with every file of the computer.
 */
export const pageScheme = 'app'
export const pageOrigin = `${pageScheme}://holdfast`
export const pageAddress = `${pageOrigin}/`

/** Whether an address is a page of ours. Parsed, not searched: `app://holdfast.evil/` is not ours. */
export function isOurPage(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return (
    url.protocol === `${pageScheme}:` && url.host === 'holdfast' && url.username === '' && url.port === ''
  )
}
