import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import type { BackupSetId, RepositoryId } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { Repository } from '../engine/environment.ts'

/**
 * Proves this computer and gets a lease for one run of one set.
 *
 * @throws AppError NOT_SET_UP, DEVICE_REVOKED, DEVICE_UNKNOWN, REPOSITORY_BUSY, BRAKE_TRIPPED, NOT_ALLOWED,
 *   SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED, SERVER_UNREACHABLE, …
 */
export async function deviceLease(
  deps: Pick<CoreDeps, 'server' | 'device'>,
  backupSetId: BackupSetId,
  kind: 'backup' | 'maintenance',
): Promise<Lease> {
  const proof = await deps.device.prove((basis) => deviceProof.lease({ ...basis, backupSetId, kind }))
  const { lease } = await deps.server().call('deviceLease', { ...proof, backupSetId, kind }, { kind: 'none' })
  return lease
}

/** A lease from the session that reads names and no file data. @throws AppError SESSION_ENDED, … */
export async function browseLease(
  deps: Pick<CoreDeps, 'server' | 'session'>,
  backupSetId: BackupSetId,
): Promise<Lease> {
  const { lease } = await deps.server().call('browseLease', { backupSetId }, await deps.session.credentials())
  return lease
}

/** restic's cache of one repository; one folder each, so that a run's traces are its own. */
export function repositoryCache(deps: Pick<CoreDeps, 'profile'>, repositoryId: RepositoryId): string {
  return join(deps.profile.cacheFolder, 'restic', repositoryId)
}

/** Plain names only: a URL reads `/\host/`, and `//host/` with a tab in it, as another host. */
const plainPath = /^(?:\/[A-Za-z0-9_-]+)+\/$/

/**
 * The repository that a lease opens, with the key from this computer's credential store.
 *
 * @throws AppError KEY_MISSING, SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED
 */
export async function leaseRepository(
  deps: Pick<CoreDeps, 'profile' | 'keys' | 'server'>,
  lease: Lease,
): Promise<Repository> {
  // The path comes from the server: it must not lead anywhere else, because it will carry the credentials.
  if (!plainPath.test(lease.repositoryPath)) {
    throw new AppError(
      'SERVER_ANSWER_UNKNOWN',
      'The server named a repository that is not below its address.',
    )
  }
  const cacheFolder = repositoryCache(deps, lease.backupSet.repositoryId)
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
  return {
    kind: 'server',
    address: deps.server().address,
    path: lease.repositoryPath,
    user: lease.id,
    secret: lease.secret,
    proxy: await deps.server().route(),
    caFile: deps.profile.settings().server?.caFile ?? null,
    password: await deps.keys.read(lease.backupSet.keyId),
    cacheFolder,
  }
}
