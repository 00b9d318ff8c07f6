import { AppError } from '../../shared/errors.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { DeviceIdentity } from './device-identity.ts'
import { signText } from './device-key.ts'

export function createDeviceIdentity({
  profile,
  secrets,
  server,
}: Pick<CoreDeps, 'profile' | 'secrets' | 'server'>): DeviceIdentity {
  const deviceId = (): DeviceId => {
    const { device } = profile.settings()
    if (device === null) throw notEnrolled('This computer may not run backups by itself yet.')
    return device.id
  }
  const sign = async (text: string): Promise<string> => {
    deviceId()
    const key = await secrets.read('device-key')
    if (key === undefined) throw notEnrolled('The key of this computer is not in the credential store.')
    return signText(key, text)
  }
  return {
    deviceId,
    sign,
    prove: async (text) => {
      const at = server()
      const basis = { deviceId: deviceId(), serverAddress: at.address }
      const { nonce } = await at.call('nonce', {}, { kind: 'none' })
      return { ...basis, nonce, signature: await sign(text({ ...basis, nonce })) }
    },
  }
}

function notEnrolled(what: string): AppError {
  return new AppError('NOT_SET_UP', `${what} Enrol it with \`holdfast devices enrol\`, signed in.`, {
    details: { missing: 'device' },
  })
}
