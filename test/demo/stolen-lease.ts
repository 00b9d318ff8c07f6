import { createDeviceIdentity } from '../../core/device/create-device-identity.ts'
import { openProfile } from '../../core/profile/open-profile.ts'
import { systemClock } from '../../core/ports/system-clock.ts'
import { openSecrets } from '../../core/secrets/open-secrets.ts'
import { createServerClient } from '../../core/server-client/create-server-client.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import type { BackupSetId } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** What a copied profile gives without any program of ours: its device key gets a backup lease. */
export async function stolenLease(
  profileFolder: string,
  address: string,
  backupSetId: BackupSetId,
): Promise<Lease> {
  const profile = await openProfile(profileFolder, log)
  const secrets = openSecrets(profile, systemClock)
  const client = createServerClient({ address, allowInsecure: false, caFile: null, clock: systemClock, log })
  const device = createDeviceIdentity({ profile, secrets, server: () => client })
  const proof = await device.prove((basis) => deviceProof.lease({ ...basis, backupSetId, kind: 'backup' }))
  const { lease } = await client.call(
    'deviceLease',
    { ...proof, backupSetId, kind: 'backup' },
    { kind: 'none' },
  )
  secrets.close()
  return lease
}
