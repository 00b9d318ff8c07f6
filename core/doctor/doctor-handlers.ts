import type { ClientHandlers, DoctorCheck } from '../../shared/client-api.ts'
import { isAppError, type AppError } from '../../shared/errors.ts'
import * as checks from './checks.ts'
import type { DoctorDeps, Finding } from './checks.ts'

/** In the order in which one rests on the other. */
const all: readonly (readonly [string, (deps: DoctorDeps) => Promise<Finding | undefined>])[] = [
  ['Installation', checks.checkInstallation],
  ['Profile', checks.checkProfile],
  ['Secret store', checks.checkSecretStore],
  ['Server', checks.checkServer],
  ['Clock', checks.checkClock],
  ['Session', checks.checkSession],
  ['This computer', checks.checkDevice],
  ['Engine', checks.checkEngine],
  ['Keys', checks.checkKeys],
  ['Recovery kit', checks.checkKit],
  ['Disk', checks.checkDisk],
  ['Time zone', checks.checkTimeZone],
]

/** Looks at everything a backup needs. A check that cannot be made is a finding; the others go on. */
export function doctorHandlers(deps: DoctorDeps): Pick<ClientHandlers, 'doctor.run'> {
  return {
    'doctor.run': async () => {
      const found: DoctorCheck[] = []
      for (const [name, check] of all) {
        const finding = await findingOf(deps, name, check)
        if (finding !== undefined) found.push({ name, ...finding })
      }
      return { checks: found }
    },
  }
}

async function findingOf(
  deps: DoctorDeps,
  name: string,
  check: (deps: DoctorDeps) => Promise<Finding | undefined>,
): Promise<Finding | undefined> {
  try {
    return await check(deps)
  } catch (error) {
    if (isAppError(error)) return { state: 'failed', summary: error.message, advice: adviceFor(error) }
    deps.log.error({ check: name, err: error }, 'A check failed unexpectedly')
    return {
      state: 'failed',
      summary: 'This could not be checked.',
      advice: 'The log in the profile has the reason.',
    }
  }
}

function adviceFor(error: AppError): string {
  switch (error.code) {
    case 'SERVER_UNREACHABLE':
      return 'Look at the network, the proxy settings and the server’s address.'
    case 'PROXY_UNREACHABLE':
      return 'Look at the proxy’s address; directly: holdfast login --proxy none'
    case 'PROXY_SIGN_IN_REQUIRED':
      return 'Give its login name and password: holdfast login --proxy ADDRESS --proxy-user NAME'
    case 'PROXY_REFUSED':
      return 'Ask whoever runs the proxy to let CONNECT through to the server’s name and port.'
    case 'SERVER_CERTIFICATE':
      return 'Name the certificate of the server’s authority: holdfast login --ca-file FILE'
    case 'DEVICE_REVOKED':
    case 'DEVICE_UNKNOWN':
      return 'Sign in and enrol this computer again: holdfast devices enrol'
    case 'SESSION_ENDED':
      return 'Sign in again: holdfast login'
    case 'SECRET_STORE_LOCKED':
      return 'Unlock the keyring, usually by signing in to the desktop.'
    default:
      return error.traits.retry === 'later' ? 'Try again later.' : 'The message says what is wrong.'
  }
}
