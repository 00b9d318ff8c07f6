import type { AppStatus, ClientHandlers, ClientRequest } from '../shared/client-api.ts'
import type { Clock } from '../shared/clock.ts'
import type { JobRunId, KeyId } from '../shared/model/ids.ts'
import type { JobRun } from '../shared/model/job-run.ts'
import type { DeviceIdentity } from './device/device-identity.ts'
import type { Engine } from './engine/engine.ts'
import type { ClientEvents } from './events.ts'
import type { SecretStore } from './ports/secret-store.ts'
import type { Profile } from './profile/profile.ts'
import type { ServerClient } from './server-client/server-client.ts'
import type { RecoveryNews } from './session/recovery-news.ts'
import type { SessionAccess } from './session/session-access.ts'

/** The client's log. Never give it a secret. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Repository keys of this computer. */
export interface RepositoryKeys {
  /**
   * The key that a new set uses.
   * @throws AppError KIT_NOT_CONFIRMED when there is none yet or its recovery kit was not confirmed
   */
  forNewSets(): KeyId
  /**
   * restic's password for the sets that name this key.
   * @throws AppError KEY_MISSING with details `{ keyId }`, SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED
   */
  read(keyId: KeyId): Promise<string>
}

/** What every subject of core may need. */
export interface CoreDeps {
  readonly clock: Clock
  readonly profile: Profile
  readonly secrets: SecretStore
  readonly keys: RepositoryKeys
  /** @throws AppError NOT_SET_UP when no server was chosen */
  readonly server: () => ServerClient
  readonly session: SessionAccess
  readonly news: RecoveryNews
  readonly device: DeviceIdentity
  readonly events: ClientEvents
  readonly log: Log
}

/** The requests that running, scheduling and restoring answer; all others are answered beside core/client.ts. */
export type EngineRequest = Extract<
  ClientRequest,
  | `sets.${string}`
  | `backup.${string}`
  | `run.${string}`
  | `runs.${string}`
  | `maintenance.${string}`
  | `schedule.${string}`
  | `snapshots.${string}`
  | `restore.${string}`
  | `preview.${string}`
>

/** What `engineHandlers(deps)` of core/engine-handlers.ts returns. */
export interface EngineSide {
  readonly handlers: Pick<ClientHandlers, EngineRequest>
  /** The restic program in use. @throws AppError ENGINE_MISSING */
  engine(): Promise<Engine>
  /** Runs under way in this process. */
  running(): JobRunId[]
  /** The newest backup of this computer that nobody cancelled. */
  lastBackup(): Promise<JobRun | undefined>
  /** What is due next, as far as this computer knows without asking the server. */
  nextRuns(): Promise<AppStatus['nextRuns']>
  startScheduler(): { stop(): Promise<void> }
  /** Cancels what runs and waits for its end. */
  close(): Promise<void>
}
