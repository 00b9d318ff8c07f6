import type { ServerKey } from '../server-key.ts'

/** What a login name is compared by: spelling variants of Unicode and case make no second account. */
export function loginKeyOf(loginName: string): string {
  return loginName.normalize('NFKC').toLowerCase()
}

/**
 * Names a login name without storing it. People type passwords into the name field, so what nobody is
 * called is kept only in this form.
 */
export function loginNameMac(serverKey: ServerKey, loginName: string): string {
  return serverKey.mac('login-name', loginKeyOf(loginName))
}
