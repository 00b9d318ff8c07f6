import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../shared/clock.ts'
import type { AuthDeps } from './accounts/auth-deps.ts'
import { createHashPool } from './accounts/hash-pool.ts'
import { ensureFirstAdministrator } from './accounts/users.ts'
import { systemClock } from './clock.ts'
import type { ServerConfig } from './config.ts'
import { credentialsOf } from './credentials.ts'
import { openRequestLimits } from './limits/request-limits.ts'
import { countedHashes } from './counted-hashes.ts'
import type { Log, ServerDeps } from './deps.ts'
import { allHandlers } from './handlers.ts'
import { buildApp } from './http/app.ts'
import { startJobs } from './jobs.ts'
import { lockDataFolder } from './instance-lock.ts'
import { openLocalObjects } from './objects/local-objects.ts'
import { readConfiguredSettings } from './senders/configured.ts'
import { outboxProvider } from './senders/providers/outbox.ts'
import { openMessages } from './senders/sending.ts'
import { readinessOf } from './readiness.ts'
import { requireServerKey } from './required-key.ts'
import { registerStorage } from './storage/rest-server.ts'
import type { StorageDeps } from './storage/storage-deps.ts'
import { openMigratedStore } from './store/configured.ts'
import { withDrain } from './store/draining.ts'
import { transportOf } from './transport.ts'

export interface OpenServer {
  readonly app: FastifyInstance
  /** Made at the first start; its one-time password is shown this once. */
  readonly firstAdministrator: Awaited<ReturnType<typeof ensureFirstAdministrator>>
  /** Starts answering and the background jobs. Returns the address, such as `http://127.0.0.1:8443`. */
  listen(): Promise<string>
  /**
   * Takes no more requests, lets running ones end within `deadlineMs`, cuts the rest, closes the store.
   * Idempotent.
   */
  stop(deadlineMs: number): Promise<void>
}

/** What a test replaces. */
export interface OpenServerOptions {
  readonly clock?: Clock
}

/**
 * The whole server over one data folder, composed by hand.
 *
 * @throws AppError SERVER_INSECURE, INPUT_INVALID (configuration), PROFILE_IN_USE
 */
export async function openServer(
  config: ServerConfig,
  dataFolder: string,
  log: Log,
  { clock = systemClock }: OpenServerOptions = {},
): Promise<OpenServer> {
  const tls = transportOf(config, dataFolder)
  const configured = readConfiguredSettings(config, dataFolder)
  const unlock = lockDataFolder(dataFolder)
  try {
    const { store, drained } = withDrain(await openMigratedStore(config, dataFolder))
    try {
      const serverKey = await requireServerKey(store, join(dataFolder, 'server.key'))
      const objects = await openLocalObjects(join(dataFolder, 'objects'))
      const base: ServerDeps = { store, clock, serverKey, log, config }
      const hashes = countedHashes(createHashPool(config.argon2))
      const outbox = outboxProvider(join(dataFolder, 'outbox'), clock)
      const messages = openMessages({ ...base, configured, outbox })
      const auth = { ...base, hashes, messages, senders: messages }
      const storage: StorageDeps = { ...base, objects }
      const limits = openRequestLimits(base)
      const firstAdministrator = await ensureFirstAdministrator(auth)
      const app = await buildApp(base, allHandlers(auth, storage, limits), {
        credentials: credentialsOf(base, limits),
        storage: (instance) => registerStorage(instance, storage),
        readiness: readinessOf({ store, objects, clock }),
        hashesInFlight: hashes.inFlight,
        ...(tls === undefined ? {} : { tls }),
      })
      return { app, firstAdministrator, ...lifeOf({ app, auth, storage, drained, unlock }) }
    } catch (error) {
      await store.close()
      throw error
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Listening and stopping. */
function lifeOf(parts: {
  readonly app: FastifyInstance
  readonly auth: AuthDeps
  readonly storage: StorageDeps
  readonly drained: () => Promise<void>
  readonly unlock: () => void
}): Pick<OpenServer, 'listen' | 'stop'> {
  const { app, auth, storage } = parts
  let jobs: ReturnType<typeof startJobs> | undefined
  let stopped: Promise<void> | undefined

  async function stop(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(() => {
      app.server.closeAllConnections()
    }, deadlineMs)
    try {
      await Promise.all([app.close(), jobs?.stop()])
    } finally {
      clearTimeout(deadline)
      await parts.drained()
      await storage.store.close()
      parts.unlock()
    }
  }

  return {
    async listen() {
      const { host, port } = storage.config.listen
      const address = await app.listen({ host, port })
      jobs = startJobs(storage, auth)
      return address
    },
    stop: (deadlineMs) => (stopped ??= stop(deadlineMs)),
  }
}
