import { randomBytes } from 'node:crypto'
import { homedir, hostname } from 'node:os'
import { answer } from '../shared/answer.ts'
import type { ClientKind } from '../shared/model/sign-in.ts'
import type { ClientApi, ClientHandlers, ClientOutput, ClientRequest, Reply } from '../shared/client-api.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { productVersion } from '../shared/version.ts'
import { appHandlers } from './app-handlers.ts'
import type { CoreDeps, Log } from './core-deps.ts'
import { createDeviceIdentity } from './device/create-device-identity.ts'
import { deviceHandlers } from './device/device-handlers.ts'
import { doctorHandlers } from './doctor/doctor-handlers.ts'
import { applyPreconfiguration } from './preconfiguration/apply-preconfiguration.ts'
import { engineHandlers } from './engine-handlers.ts'
import { createEvents, type ClientEvents } from './events.ts'
import type { PowerStatus } from './ports/power-status.ts'
import { systemClock } from './ports/system-clock.ts'
import { openLogFile } from './profile/log-file.ts'
import { openProfile } from './profile/open-profile.ts'
import { profileFolder } from './profile/profile-folder.ts'
import { acquireProfileLock } from './profile/profile-lock.ts'
import type { Profile } from './profile/profile.ts'
import type { ProxyRoute } from './proxy/proxy-route.ts'
import { currentRoute } from './proxy/proxy-settings.ts'
import { kitHandlers } from './recovery-kit/kit-handlers.ts'
import { createRepositoryKeys } from './recovery-kit/repository-keys.ts'
import { openSecrets } from './secrets/open-secrets.ts'
import { connectHandlers } from './server-client/connect-handler.ts'
import { createServerClient } from './server-client/create-server-client.ts'
import type { ServerClient } from './server-client/server-client.ts'
import { accountHandlers } from './session/account-handlers.ts'
import { recoveryHandlers } from './session/recovery-handlers.ts'
import { trialHandlers } from './session/trial-handlers.ts'
import { createRecoveryNews } from './session/recovery-news.ts'
import { createSessionKeeper } from './session/session-keeper.ts'
import { signInHandlers } from './session/sign-in-handlers.ts'

export interface OpenClientOptions {
  /** The profile's folder; without it HOLDFAST_HOME or the platform's place decides. */
  readonly home?: string
  readonly clock?: Clock
  /** Instead of the log file in the profile. */
  readonly log?: Log
  /** What the server shows in lists of sessions. */
  readonly clientName?: string
  /** What this process is to the server; what is not said is a program, of which most is demanded. */
  readonly clientKind?: ClientKind
  /** Instead of what this computer's files say. */
  readonly power?: PowerStatus
  /** What a packaged program brings for the credential store: a Node, and the module with keytar's interface. */
  readonly credentialHelper?: { readonly node: string; readonly keytar: string }
}

/** The client of one profile. Interfaces speak to `api` only. */
export interface Client {
  readonly api: ClientApi
  readonly handlers: ClientHandlers
  readonly events: ClientEvents
  readonly profile: Profile
  /** Runs what is due until stopped. */
  startScheduler(): { stop(): Promise<void> }
  /** Cancels what runs, waits for its end and lets the next process have the profile. */
  close(): Promise<void>
}

/**
 * Opens a profile as its owner and puts the client together; nothing here decides.
 *
 * @throws AppError PROFILE_IN_USE, PROFILE_DAMAGED
 */
export async function openClient(options: OpenClientOptions = {}): Promise<Client> {
  const clock = options.clock ?? systemClock
  const folder = options.home ?? ownFolder()
  // A test's clock must not decide how long two processes wait for each other.
  const lock = await acquireProfileLock(folder)
  try {
    return await compose(folder, clock, options, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function compose(
  folder: string,
  clock: Clock,
  options: OpenClientOptions,
  release: () => Promise<void>,
): Promise<Client> {
  const logFile = openLogFile(folder, clock)
  const log = options.log ?? logFile
  const onUnexpected = (error: unknown): string => {
    const errorId = `err_${randomBytes(9).toString('base64url')}`
    log.error({ errorId, err: error }, 'Something unexpected happened')
    return errorId
  }
  const profile = await openProfile(folder, log)
  const events = createEvents(onUnexpected)
  const helper = options.credentialHelper
  const secrets =
    helper === undefined
      ? openSecrets(profile, clock)
      : openSecrets(profile, clock, () => helper.keytar, helper.node)
  const session = createSessionKeeper({ profile, secrets, events, log })
  const prepared = await applyPreconfiguration({ profile, session, secrets, log })
  const { installation } = prepared
  const server = serverOf({ profile, secrets }, clock, log, (token) => session.forgetRefused(token))
  const device = createDeviceIdentity({ profile, secrets, server })
  const keys = createRepositoryKeys({ profile, secrets })
  const news = createRecoveryNews(clock)
  const deps = { clock, profile, secrets, keys, server, session, news, device, events, log }
  const devices = deviceHandlers(deps)
  const engineSide = engineHandlers(deps, {
    edition: installation.edition,
    enrolDevice: async () => {
      await devices['devices.enrol']({})
    },
    ...(options.power === undefined ? {} : { power: options.power }),
  })
  const clientInfo = {
    name: options.clientName ?? 'Holdfast',
    version: productVersion,
    platform: `${process.platform}-${process.arch}`,
    hostName: hostname().slice(0, 255) || 'unknown',
    kind: options.clientKind ?? ('api' as const),
    knows: ['push'],
  }
  let schedulers = 0
  const handlers: ClientHandlers = {
    ...appHandlers({ ...deps, installation, engineSide, isScheduling: () => schedulers > 0 }),
    ...connectHandlers({ ...deps, fixed: prepared }),
    ...signInHandlers({ ...deps, clientInfo }),
    ...accountHandlers(deps),
    ...recoveryHandlers(deps),
    ...trialHandlers(deps),
    ...devices,
    ...kitHandlers(deps),
    ...doctorHandlers({ ...deps, installation, engineSide }),
    ...engineSide.handlers,
  }
  const api: ClientApi = {
    request: async <R extends ClientRequest>(name: R, input: unknown) =>
      (await answer(handlers, name, input, onUnexpected)) as Reply<ClientOutput<R>>,
    on: (name, listener) => events.on(name, listener),
  }
  return {
    api,
    handlers,
    events,
    profile,
    startScheduler: () => {
      const scheduler = engineSide.startScheduler()
      schedulers += 1
      return {
        stop: async () => {
          schedulers -= 1
          await scheduler.stop()
        },
      }
    },
    close: async () => {
      await engineSide.close()
      secrets.close()
      await logFile.close()
      await release()
    },
  }
}

function ownFolder(): string {
  const { platform, env } = process
  return profileFolder({ platform, env, homeFolder: homedir(), currentFolder: process.cwd() })
}

/** The server of the settings, made anew when they change. */
function serverOf(
  deps: Pick<CoreDeps, 'profile' | 'secrets'>,
  clock: Clock,
  log: Log,
  onSessionEnded: (token: string) => Promise<void>,
): () => ServerClient {
  let made: { settings: object; client: ServerClient } | undefined
  return () => {
    const settings = deps.profile.settings().server
    if (settings === null) {
      throw new AppError('NOT_SET_UP', 'Choose the server first.', { details: { missing: 'server' } })
    }
    if (made?.settings !== settings) {
      const route = (): Promise<ProxyRoute | null> => currentRoute(deps, settings.address)
      made = { settings, client: createServerClient({ ...settings, clock, log, onSessionEnded, route }) }
    }
    return made.client
  }
}
