import { z } from 'zod'
import type { ManualProxy, ProxyChoice, ProxySettings } from '../../shared/model/proxy.ts'
import type { CoreDeps } from '../core-deps.ts'
import { proxyAddress } from './proxy-address.ts'
import { proxyRoute, type ProxyRoute } from './proxy-route.ts'

/** What rests in the secret store. The password is bound to the proxy it was typed for. */
const keptSchema = z.strictObject({ address: z.string(), loginName: z.string(), password: z.string() })

type Deps = Pick<CoreDeps, 'profile' | 'secrets'>

export const firstProxySettings: ProxySettings = { kind: 'system' }

export function proxySettings({ profile }: Pick<CoreDeps, 'profile'>): ProxySettings {
  return profile.settings().proxy ?? firstProxySettings
}

/** What a choice asks for, before it was tried. */
export interface ProposedProxy {
  readonly settings: ProxySettings
  /** The one that was typed, else the kept one of the same proxy and login name; null = none. */
  readonly password: string | null
}

/** @throws AppError INPUT_INVALID, SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
export async function proposedProxy(deps: Deps, choice: ProxyChoice | undefined): Promise<ProposedProxy> {
  if (choice === undefined) {
    const settings = proxySettings(deps)
    return { settings, password: await keptPassword(deps, settings) }
  }
  if (choice.kind !== 'manual') return { settings: choice, password: null }
  const { password, ...rest } = choice
  const settings: ManualProxy = { ...rest, address: proxyAddress(choice.address) }
  return { settings, password: password ?? (await keptPassword(deps, settings)) }
}

/**
 * Keeps a choice that was tried. The password is written first and bound to its proxy, so that no step in
 * between could show it to another one.
 *
 * @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED
 */
export async function keepProxy({ profile, secrets }: Deps, proposed: ProposedProxy): Promise<void> {
  const { settings, password } = proposed
  const hasProxyPassword = settings.kind === 'manual' && settings.loginName !== null && password !== null
  if (hasProxyPassword) {
    const { address, loginName } = settings
    await secrets.write('proxy-password', JSON.stringify({ address, loginName, password }))
  } else if (profile.settings().hasProxyPassword) {
    await secrets.erase('proxy-password')
  }
  await profile.update({ proxy: settings, hasProxyPassword })
}

/** The way to a server by the settings of this profile. @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
export async function currentRoute(deps: Deps, address: string): Promise<ProxyRoute | null> {
  const settings = proxySettings(deps)
  return proxyRoute(new URL(address), settings, await keptPassword(deps, settings), process.env)
}

/** Asks the secret store only where a password is. */
async function keptPassword({ profile, secrets }: Deps, settings: ProxySettings): Promise<string | null> {
  if (settings.kind !== 'manual' || !profile.settings().hasProxyPassword) return null
  const text = await secrets.read('proxy-password')
  if (text === undefined) return null
  const kept = keptSchema.safeParse(jsonOf(text))
  if (!kept.success) return null
  const { address, loginName, password } = kept.data
  return address === settings.address && loginName === settings.loginName ? password : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
