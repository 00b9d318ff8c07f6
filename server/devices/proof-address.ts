import { AppError } from '../../shared/errors.ts'
import type { ServerDeps } from '../deps.ts'
import type { Tx } from '../store/store.ts'
import type { DeviceRow } from '../store/tables.ts'

/**
 * For a proof whose signature holds: refuses one that was made for another server. A malicious server can
 * pass our nonce on to a computer that was led to it, but the computer signs whom it speaks to.
 *
 * A computer's own address is the one that its first proof names; whoever enrols it has a session anyway.
 * `Host` is never asked: who relays a proof writes it. Other names of this server stand in the configuration
 * file. Once a computer has named its server, it is never again believed without.
 *
 * @throws AppError DEVICE_UNKNOWN with reason `other-server`
 */
export async function requireOwnAddress(
  { config }: Pick<ServerDeps, 'config'>,
  tx: Tx,
  device: Pick<DeviceRow, 'id' | 'serverAddress'>,
  named: string | undefined,
): Promise<void> {
  if (named === (device.serverAddress ?? undefined)) return
  if (named !== undefined && device.serverAddress === null) {
    await tx.updateTable('devices').set({ serverAddress: named }).where('id', '=', device.id).execute()
    return
  }
  const configured = [config.publicAddress ?? [], config.otherAddresses].flat()
  if (named !== undefined && configured.some((each) => new URL(each).origin === named)) return
  throw new AppError('DEVICE_UNKNOWN', 'This computer’s proof is for another address than its server’s.', {
    details: { reason: 'other-server' },
  })
}
