import type { AppStatus } from '../../shared/client-api.ts'
import type { ProxyChoice, ProxySettings } from '../../shared/model/proxy.ts'

export const proxyKinds = ['system', 'none', 'manual'] as const

/** What the fields hold. */
export interface ProxyForm {
  readonly kind: ProxySettings['kind']
  readonly address: string
  readonly loginName: string
  readonly password: string
  /** Separated by commas. */
  readonly exceptions: string
}

export function proxyFormOf({ settings }: AppStatus['proxy']): ProxyForm {
  const manual = settings.kind === 'manual' ? settings : undefined
  return {
    kind: settings.kind,
    address: manual?.address ?? '',
    loginName: manual?.loginName ?? '',
    password: '',
    exceptions: manual?.exceptions.join(', ') ?? '',
  }
}

export function proxyChoiceOf(form: ProxyForm): ProxyChoice {
  if (form.kind !== 'manual') return { kind: form.kind }
  const loginName = form.loginName.trim()
  return {
    kind: 'manual',
    address: form.address.trim(),
    loginName: loginName === '' ? null : loginName,
    exceptions: form.exceptions.split(/[\s,]+/).filter((each) => each !== ''),
    ...(loginName === '' || form.password === '' ? {} : { password: form.password }),
  }
}

/** Whether the fields say something else than what is kept. */
export function isOtherProxy(form: ProxyForm, status: AppStatus['proxy']): boolean {
  return JSON.stringify(proxyChoiceOf(form)) !== JSON.stringify(proxyChoiceOf(proxyFormOf(status)))
}

export function isWholeProxy({ kind, address }: ProxyForm): boolean {
  return kind !== 'manual' || address.trim() !== ''
}

/** A fixed proxy leaves nothing to a person but its password, where it wants one. */
export function mayChangeProxy({ installation, proxy }: AppStatus): boolean {
  return !installation.isProxyFixed || (proxy.settings.kind === 'manual' && proxy.settings.loginName !== null)
}
