import { deviceProof } from '../../shared/device-proof.ts'
import type { ServerDeps } from '../deps.ts'
import type { Handlers } from '../http/handler.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { isSignedBy, type DeviceProof } from './device-proof.ts'

type DeviceRoutes = Pick<Handlers, 'deviceLease' | 'deviceSets' | 'deviceReport'>

/**
 * Counts what a computer asks for by its key. Only who holds the key is counted, so that knowing the id of a
 * computer is not enough to use its bucket up; who does not is refused by the handler.
 */
export function limitDevices(
  { store }: Pick<ServerDeps, 'store'>,
  limits: RequestLimits,
  handlers: DeviceRoutes,
): DeviceRoutes {
  async function count(proof: DeviceProof, text: string): Promise<void> {
    const device = await store.db
      .selectFrom('devices')
      .select(['userId', 'publicKey'])
      .where('id', '=', proof.deviceId)
      .executeTakeFirst()
    if (device === undefined || !isSignedBy(device.publicKey, text, proof.signature)) return
    await limits.take(`device:${proof.deviceId}`, device.userId)
  }

  return {
    async deviceLease(input, call) {
      await count(input, deviceProof.lease(input))
      return await handlers.deviceLease(input, call)
    },
    async deviceSets(input, call) {
      await count(input, deviceProof.sets(input))
      return await handlers.deviceSets(input, call)
    },
    async deviceReport(input, call) {
      await count(input, deviceProof.report(input))
      return await handlers.deviceReport(input, call)
    },
  }
}
