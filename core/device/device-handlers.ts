import { hostname } from 'node:os'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Device } from '../../shared/model/account.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import { newDeviceKey, signText } from './device-key.ts'

type DeviceRequest = 'devices.list' | 'devices.enrol' | 'devices.untrust' | 'devices.revoke'
type Deps = Pick<CoreDeps, 'profile' | 'secrets' | 'server' | 'device' | 'log'> & {
  readonly session: SessionKeeper
}

export function deviceHandlers(deps: Deps): Pick<ClientHandlers, DeviceRequest> {
  const { profile, secrets, server, session } = deps
  return {
    'devices.list': async () => server().call('devices', {}, await session.credentials()),
    'devices.enrol': async ({ name }) => ({ device: (await enrolled(deps)) ?? (await enrol(deps, name)) }),
    'devices.untrust': async ({ deviceId }) =>
      server().call('untrustDevice', { deviceId }, await session.credentials()),
    'devices.revoke': async ({ deviceId }) => {
      const credentials = await session.credentials()
      await session.useGrant({ kind: 'revoke-device', deviceId }, (grantToken) =>
        server().call('revokeDevice', { deviceId, grantToken }, credentials),
      )
      if (profile.settings().device?.id === deviceId) {
        await profile.update({ device: null })
        await secrets.erase('device-key')
      }
      return { done: true }
    },
  }
}

/** This computer as the server knows it; undefined when it is to be enrolled, for the first time or again. */
async function enrolled(deps: Deps): Promise<Device | undefined> {
  const own = deps.profile.settings().device
  if (own === null) return undefined
  const { devices } = await deps.server().call('devices', {}, await deps.session.credentials())
  const device = devices.find((each) => each.id === own.id)
  if (device !== undefined) {
    const isUsable = device.revokedAt === null && (await deps.secrets.read('device-key')) !== undefined
    // It is not known at an address that the server does not count as its own: only a new enrolment helps.
    return isUsable && (await isKnown(deps)) ? device : undefined
  }
  if (await isKnown(deps)) {
    throw new AppError(
      'CONFLICT',
      'This profile runs the backups of another account. Use a profile of its own for this one (HOLDFAST_HOME).',
      { details: { deviceId: own.id } },
    )
  }
  return undefined
}

/** Whether the server still takes the key of this computer, whoever’s account it is of. */
async function isKnown({ device, server }: Deps): Promise<boolean> {
  try {
    const proof = await device.prove(deviceProof.sets)
    await server().call('deviceSets', proof, { kind: 'none' })
    return true
  } catch (error) {
    // NOT_SET_UP: the key is gone, so nothing can run with it.
    if (
      ['DEVICE_UNKNOWN', 'DEVICE_REVOKED', 'NOT_SET_UP'].some(
        (code) => isAppError(error) && error.code === code,
      )
    ) {
      return false
    }
    throw error
  }
}

async function enrol(
  { profile, secrets, server, session, log }: Deps,
  name: string | undefined,
): Promise<Device> {
  const credentials = await session.credentials()
  const { privateKey, publicKey } = newDeviceKey()
  const serverAddress = server().address
  const { nonce } = await server().call('nonce', {}, { kind: 'none' })
  const signature = signText(privateKey, deviceProof.enrol({ nonce, publicKey, serverAddress }))
  const input = {
    name: name ?? deviceName(hostname()),
    platform: `${process.platform}-${process.arch}`,
    publicKey,
    nonce,
    signature,
    serverAddress,
  }
  // First what can be told by looking at the store: a key that the server knows and nobody keeps is of no use.
  await secrets.read('device-key')
  const { device } = await server().call('enrolDevice', input, credentials)
  await secrets.write('device-key', privateKey)
  await profile.update({ device: { id: device.id, name: device.name } })
  log.info({ deviceId: device.id }, 'This computer was enrolled')
  return device
}

/** A host's name as a label: what a label cannot hold is left out. */
export function deviceName(host: string): string {
  const label = host.replace(/\p{C}/gu, '').trim().slice(0, 60).trim()
  return label === '' ? 'This computer' : label
}
