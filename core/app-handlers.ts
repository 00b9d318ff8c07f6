import type { AppStatus, ClientHandlers } from '../shared/client-api.ts'
import { AppError, isAppError } from '../shared/errors.ts'
import type { Installation } from '../shared/model/installation.ts'
import { productVersion } from '../shared/version.ts'
import type { CoreDeps, EngineSide } from './core-deps.ts'
import { proxyHost, proxyRoute } from './proxy/proxy-route.ts'
import { proxySettings } from './proxy/proxy-settings.ts'
import type { Secrets } from './secrets/open-secrets.ts'
import type { SessionKeeper } from './session/session-keeper.ts'

interface AppDeps extends Pick<CoreDeps, 'profile' | 'clock' | 'news'> {
  readonly secrets: Secrets
  readonly session: SessionKeeper
  readonly engineSide: Pick<EngineSide, 'engine' | 'running' | 'nextRuns' | 'lastBackup'>
  readonly isScheduling: () => boolean
  readonly installation: Installation
}

/** What the program is and stands on. Asks this computer only, so that it answers without a network. */
export function appHandlers(
  deps: AppDeps,
): Pick<ClientHandlers, `app.${'status' | 'chooseSecretStore' | 'showFirstSteps'}`> {
  const { profile, secrets, engineSide } = deps
  return {
    'app.status': async () => {
      const { server, loginName, device, key, showsFirstSteps } = profile.settings()
      const state = await secrets.state()
      const session = state === 'ready' ? await sessionOf(deps) : null
      return {
        version: productVersion,
        installation: deps.installation,
        profilePath: profile.folder,
        server,
        proxy: proxyOf(deps),
        loginName,
        session,
        device,
        secretStore: { kind: secrets.kind, state, place: secrets.place },
        key,
        engine: await engineOf(deps),
        needsSecondFactor: (session === null || session.scope === 'legacy') && (await isHeldUp(deps)),
        running: engineSide.running(),
        isScheduling: deps.isScheduling(),
        nextRuns: await engineSide.nextRuns(),
        showsFirstSteps,
        pendingRecovery: deps.news.current(),
      }
    },
    'app.chooseSecretStore': async ({ kind }) => {
      if (deps.installation.isSecretStoreFixed && kind !== secrets.kind) {
        throw new AppError(
          'NOT_ALLOWED',
          'The administrator of this computer has fixed where secrets are kept.',
          {
            details: { paths: ['kind'], reason: 'fixed' },
          },
        )
      }
      await secrets.choose(kind)
      return { done: true }
    },
    'app.showFirstSteps': async ({ areShown }) => {
      await profile.update({ showsFirstSteps: areShown })
      return { done: true }
    },
  }
}

async function sessionOf({ session, clock }: AppDeps): Promise<AppStatus['session']> {
  const current = await session.current()
  if (current === undefined || Date.parse(current.expiresAt) <= clock.nowMs()) return null
  return { scope: current.scope, expiresAt: current.expiresAt }
}

async function isHeldUp({ engineSide }: AppDeps): Promise<boolean> {
  return (await engineSide.lastBackup())?.skipReason === 'second-factor-required'
}

function proxyOf(deps: AppDeps): AppStatus['proxy'] {
  const settings = proxySettings(deps)
  const { server, hasProxyPassword } = deps.profile.settings()
  const route = server === null ? null : proxyRoute(new URL(server.address), settings, null, process.env)
  return { settings, hasPassword: hasProxyPassword, inUse: route === null ? null : proxyHost(route) }
}

async function engineOf({ engineSide }: AppDeps): Promise<AppStatus['engine']> {
  try {
    const { version, path, features } = await engineSide.engine()
    return { version, path, keepsOldest: features.keepsOldest }
  } catch (error) {
    // A missing engine is a state to show; the doctor says what to do about it.
    if (isAppError(error, 'ENGINE_MISSING')) return null
    throw error
  }
}
