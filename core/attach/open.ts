import type { ClientApi } from '../../shared/client-api.ts'
import type { Clock } from '../../shared/clock.ts'
import { isAppError } from '../../shared/errors.ts'
import { attach } from './attach.ts'
import { serveOwner } from './serve.ts'

/** The client of a profile, in this process or through the one that owns the profile. */
export interface OpenedClient {
  readonly api: ClientApi
  readonly isOwner: boolean
  close(): Promise<void>
}

/** What this process needs to become the owner of a profile. */
export interface OwnedClient {
  readonly api: ClientApi
  startScheduler(): { stop(): Promise<void> }
  close(): Promise<void>
}

export interface OpenDeps {
  readonly clock: Clock
  /** Where the owner of the profile listens. */
  socketPath(): Promise<string>
  /** @throws AppError PROFILE_IN_USE when another process owns the profile */
  own(): Promise<OwnedClient>
}

/** An owner that is just starting or ending needs this long at most until it listens or has gone. */
const patienceMs = 5_000
const pauseMs = 100

/**
 * Becomes the owner of the profile, or attaches to the process that is. Whoever owns it also answers others,
 * so that `holdfast status` works beside a long `holdfast backup`.
 *
 * @throws AppError PROFILE_IN_USE when the owner does not listen; whatever opening the profile says
 */
export async function openOrAttach(deps: OpenDeps): Promise<OpenedClient> {
  const giveUpMs = deps.clock.nowMs() + patienceMs
  for (;;) {
    try {
      return await openAsOwner(deps)
    } catch (error) {
      if (!isAppError(error, 'PROFILE_IN_USE')) throw error
      const attached = await attach(await deps.socketPath())
      if (attached !== undefined) {
        return {
          api: attached.api,
          isOwner: false,
          close: () => {
            attached.close()
            return Promise.resolve()
          },
        }
      }
      if (deps.clock.nowMs() >= giveUpMs) throw error
    }
    await deps.clock.sleep(pauseMs)
  }
}

export interface OwnerClient extends OpenedClient {
  startScheduler(): { stop(): Promise<void> }
  /** Ends at once: what runs is cancelled, for whomever it was. */
  stop(): Promise<void>
}

/** @throws AppError PROFILE_IN_USE when another process owns the profile */
export async function openAsOwner(deps: OpenDeps): Promise<OwnerClient> {
  const owned = await deps.own()
  try {
    const server = await serveOwner(owned.api, await deps.socketPath())
    return {
      api: owned.api,
      isOwner: true,
      startScheduler: () => owned.startScheduler(),
      close: async () => {
        // Another command may work through this process: its backup must not end because ours did.
        await server.drain()
        while (await isRunning(owned.api)) await deps.clock.sleep(pauseMs)
        await server.stop()
        await owned.close()
      },
      stop: async () => {
        // Closing cancels what runs, and that answers those who wait for it.
        await Promise.all([server.drain(), owned.close()])
        await server.stop()
      },
    }
  } catch (error) {
    await owned.close()
    throw error
  }
}

async function isRunning(api: ClientApi): Promise<boolean> {
  const status = await api.request('app.status', {})
  return status.ok && status.value.running.length > 0
}
