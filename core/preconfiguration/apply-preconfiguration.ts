import { plainInstallation, type Installation } from '../../shared/model/installation.ts'
import type { ProxySettings } from '../../shared/model/proxy.ts'
import { isAppError } from '../../shared/errors.ts'
import type { Log } from '../core-deps.ts'
import type { Profile, ProfileSettings } from '../profile/profile.ts'
import { proxyAddress } from '../proxy/proxy-address.ts'
import type { Secrets } from '../secrets/open-secrets.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import { preconfigurationPath, readPreconfiguration, type Preconfiguration } from './preconfiguration.ts'

export interface ApplyDeps {
  readonly profile: Profile
  readonly session: Pick<SessionKeeper, 'forget'>
  readonly secrets: Pick<Secrets, 'choose' | 'kind'>
  readonly log: Log
  readonly path?: string
  readonly trustedUid?: number
}

/** What the administrator decided, as the handlers of core enforce it. */
export interface AppliedPreconfiguration {
  readonly installation: Installation
  /** The only server that may be chosen. */
  readonly server: NonNullable<ProfileSettings['server']> | null
  /** The only way there. Its password is still a person's to give. */
  readonly proxy: ProxySettings | null
}

/**
 * Puts what the administrator prepared into a profile that has no choice of its own, and, where it is fixed, into
 * one that has another. With another server the session ends: a token is never shown to a server that did not
 * give it.
 */
export async function applyPreconfiguration(deps: ApplyDeps): Promise<AppliedPreconfiguration> {
  const found = await readPreconfiguration(deps.path ?? preconfigurationPath(process), deps.trustedUid)
  if (found.kind === 'none') return { installation: plainInstallation, server: null, proxy: null }
  if (found.kind === 'refused') {
    deps.log.warn({ reason: found.reason }, 'The preconfiguration is not followed')
    return { installation: { ...plainInstallation, refusal: found.reason }, server: null, proxy: null }
  }
  const { preconfiguration } = found
  const { edition, policy } = preconfiguration
  // First where secrets go: a person may be asked for some soon.
  await applySecretStore(deps, preconfiguration)
  return {
    installation: {
      edition,
      isServerFixed: preconfiguration.server?.isFixed === true,
      isProxyFixed: preconfiguration.proxy?.isFixed === true,
      isSecretStoreFixed: preconfiguration.secretStore?.isFixed === true,
      startsAtSignIn: policy.startAtSignIn,
      language: preconfiguration.interface.language ?? null,
      theme: preconfiguration.interface.theme ?? null,
      refusal: null,
    },
    server: await applyServer(deps, preconfiguration),
    proxy: await applyProxy(deps, preconfiguration),
  }
}

async function applyServer(
  { profile, session }: ApplyDeps,
  { server: prepared }: Preconfiguration,
): Promise<AppliedPreconfiguration['server']> {
  if (prepared === undefined) return null
  const { isFixed, ...server } = prepared
  const before = profile.settings().server
  const isOther = JSON.stringify(before) !== JSON.stringify(server)
  if (before === null || (isFixed && isOther)) await profile.update({ server })
  if (before !== null && isFixed && before.address !== server.address) await session.forget()
  return isFixed ? server : null
}

async function applyProxy(
  { profile }: ApplyDeps,
  { proxy: prepared }: Preconfiguration,
): Promise<AppliedPreconfiguration['proxy']> {
  if (prepared === undefined) return null
  const { address, loginName, exceptions } = prepared
  const proxy: ProxySettings =
    address === 'system' || address === 'none'
      ? { kind: address }
      : { kind: 'manual', address: proxyAddress(address), loginName, exceptions }
  const before = profile.settings().proxy
  const isOther = JSON.stringify(before) !== JSON.stringify(proxy)
  // A kept password is bound to the proxy it was typed for, and so is not shown to this one.
  if (before === null || (prepared.isFixed && isOther)) await profile.update({ proxy })
  return prepared.isFixed ? proxy : null
}

/** A store that cannot be used must not keep the program from starting, and from saying so. */
async function applySecretStore(
  { profile, secrets, log }: ApplyDeps,
  { secretStore: prepared }: Preconfiguration,
): Promise<void> {
  const { loginName, device, key } = profile.settings()
  const isNew = loginName === null && device === null && key === null
  if (prepared === undefined || prepared.kind === secrets.kind) return
  if (!prepared.isFixed && !isNew) return
  try {
    await secrets.choose(prepared.kind)
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn({ code: error.code, kind: prepared.kind }, 'The prepared secret store cannot be used')
  }
}
