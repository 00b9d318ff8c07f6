/** A server's address as two fields: the port is what people are told apart from the name. */
export interface AddressParts {
  readonly address: string
  /** Empty = the usual one of the scheme. */
  readonly port: string
}

/** Takes the port out of what was typed or kept; what is no address yet stays as it is. */
export function partsOf(text: string): AddressParts {
  const typed = text.trim()
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed)
  const whole = hasScheme ? typed : `https://${typed}`
  if (!URL.canParse(whole)) return { address: text, port: '' }
  const url = new URL(whole)
  if (url.port === '' || url.pathname !== '/' || url.username !== '') return { address: text, port: '' }
  const { port } = url
  return { address: typed.replace(/\/$/, '').replace(new RegExp(`:${port}$`), ''), port }
}

/** The two fields as one address. A port that was typed into the address counts where the field is empty. */
export function addressOf({ address, port }: AddressParts): string {
  const typed = address.trim().replace(/\/$/, '')
  if (port === '' || typed === '') return typed
  return `${partsOf(typed).address}:${port}`
}

export function isPort(port: string): boolean {
  return port === '' || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)
}
