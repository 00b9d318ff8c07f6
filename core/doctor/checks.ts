import { stat, statfs } from 'node:fs/promises'
import type { DoctorCheck } from '../../shared/client-api.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { isAppError } from '../../shared/errors.ts'
import type { Installation } from '../../shared/model/installation.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { CoreDeps, EngineSide } from '../core-deps.ts'
import { proxyHost } from '../proxy/proxy-route.ts'
import type { Secrets } from '../secrets/open-secrets.ts'
import { askServer, harmfulSkewMs } from '../server-client/clock-skew.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'

export interface DoctorDeps extends CoreDeps {
  readonly secrets: Secrets
  readonly session: SessionKeeper
  readonly engineSide: Pick<EngineSide, 'engine'>
  readonly installation: Installation
}

export type Finding = Omit<DoctorCheck, 'name'>

const ok = (summary: string): Finding => ({ state: 'ok', summary, advice: null })
const warning = (summary: string, advice: string): Finding => ({ state: 'warning', summary, advice })
const failed = (summary: string, advice: string): Finding => ({ state: 'failed', summary, advice })

export async function checkProfile({ profile }: DoctorDeps): Promise<Finding> {
  const { mode } = await stat(profile.folder)
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
  if (!isOpen) return ok(`Only you can enter ${profile.folder}.`)
  return failed(`Others can enter ${profile.folder}.`, `Run: chmod 700 "${profile.folder}"`)
}

export function checkInstallation({ installation }: DoctorDeps): Promise<Finding> {
  const { edition, refusal } = installation
  if (refusal === null) return Promise.resolve(ok(`This is the ${edition} edition.`))
  return Promise.resolve(
    failed(
      `The administrator’s preconfiguration: ${refusal}`,
      'Let root mend or remove that file; the guide on deploying says what may be in it.',
    ),
  )
}

export async function checkSecretStore({ secrets }: DoctorDeps): Promise<Finding> {
  const where = `Secrets are in: ${secrets.place}.`
  switch (await secrets.state()) {
    case 'ready':
      return ok(where)
    case 'locked':
      return failed(`${where} It is locked.`, 'Unlock the keyring, usually by signing in to the desktop.')
    case 'unavailable':
      return failed(
        `${where} It cannot be used.`,
        secrets.kind === 'system'
          ? 'Install the desktop’s keyring, or choose the file store: holdfast login --secret-store file'
          : 'Only you may be able to read that file. If others could, revoke this computer and enrol it again.',
      )
  }
}

export async function checkServer({ clock, profile, server }: DoctorDeps): Promise<Finding> {
  if (profile.settings().server === null)
    return failed('No server was chosen.', 'Run: holdfast login --server ADDRESS')
  const { info } = await askServer(server(), clock)
  const route = await server().route()
  const way = route === null ? '' : ` through the proxy ${proxyHost(route)}`
  const answers = `${info.name} (${info.version}) answers at ${server().address}${way}.`
  if (!server().address.startsWith('http:') || profile.settings().server?.allowInsecure !== true)
    return ok(answers)
  return warning(
    `${answers} The way there is not encrypted.`,
    'Give the server a certificate and connect with https.',
  )
}

export async function checkClock({ clock, profile, server }: DoctorDeps): Promise<Finding | undefined> {
  if (profile.settings().server === null) return undefined
  const { skewMs } = await askServer(server(), clock)
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  if (Math.abs(skewMs) <= harmfulSkewMs) return ok(`The clocks differ by ${seconds} s.`)
  return warning(
    `This computer’s clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the server’s.`,
    'Set the clock: codes of an authenticator app on this computer would be refused, and schedules run at wrong times.',
  )
}

export async function checkSession({ secrets, server, session }: DoctorDeps): Promise<Finding | undefined> {
  // Where the store cannot be read nobody knows; that check has said so.
  if ((await secrets.state()) !== 'ready') return undefined
  const kept = await session.current()
  if (kept === undefined) {
    return warning(
      'Nobody is signed in. Scheduled backups go on all the same.',
      'To look or to restore: holdfast login',
    )
  }
  const me = await server().call('me', {}, await session.credentials())
  const isIdleSooner = Date.parse(me.session.expiresAt) < Date.parse(kept.expiresAt)
  const idle = isIdleSooner ? ` Unused, the session ends at ${me.session.expiresAt} already.` : ''
  // The end that app.status names; the server's moves on with every use until then.
  return ok(`Signed in as ${me.loginName} until ${kept.expiresAt}.${idle}`)
}

export async function checkDevice(deps: DoctorDeps): Promise<Finding> {
  const { device } = deps.profile.settings()
  if (device === null) {
    return warning('This computer may not run backups by itself.', 'Signed in, run: holdfast devices enrol')
  }
  await ownSets(deps)
  return ok(`This computer is enrolled as "${device.name}".`)
}

export async function checkEngine({ engineSide }: DoctorDeps): Promise<Finding> {
  const { version, path } = await engineSide.engine()
  return ok(`restic ${version} at ${path}.`)
}

export async function checkKeys(deps: DoctorDeps): Promise<Finding | undefined> {
  const sets = await ownSets(deps)
  if (sets.length === 0) return undefined
  const missing: string[] = []
  for (const { keyId, definition } of sets) {
    try {
      await deps.keys.read(keyId)
    } catch (error) {
      if (!isAppError(error, 'KEY_MISSING')) throw error
      missing.push(`${definition.name} (${keyId})`)
    }
  }
  if (missing.length === 0) return ok('The key of every set of this computer is here.')
  return failed(
    `Keys are missing: ${missing.join(', ')}.`,
    'Import the recovery kit that names the key: holdfast kit import',
  )
}

export async function checkKit({ profile }: DoctorDeps): Promise<Finding> {
  const { key } = profile.settings()
  if (key === null)
    return warning('This computer has no key yet.', 'It is made with the first set: holdfast sets create')
  if (key.isKitConfirmed) return ok(`The recovery kit of ${key.keyId} was saved and confirmed.`)
  return warning('The recovery kit was never confirmed.', 'Save it and confirm it: holdfast kit create')
}

const enoughBytes = 1024 ** 3
const tooFewBytes = 100 * 1024 ** 2

export async function checkDisk({ profile }: DoctorDeps): Promise<Finding> {
  const { bavail, bsize } = await statfs(profile.cacheFolder)
  const bytes = bavail * bsize
  const room = `${Math.floor(bytes / 1024 ** 2)} MiB are free for the cache at ${profile.cacheFolder}.`
  if (bytes >= enoughBytes) return ok(room)
  return (bytes >= tooFewBytes ? warning : failed)(
    room,
    'Make room on that disk; backups and restores need a cache.',
  )
}

export async function checkTimeZone(deps: DoctorDeps): Promise<Finding> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const others = (await ownSets(deps)).filter(
    ({ definition }) => definition.schedules.length > 0 && definition.timeZone !== zone,
  )
  if (others.length === 0) return ok(`This computer is in the zone ${zone}.`)
  const names = others.map(({ definition }) => `${definition.name} (${definition.timeZone})`)
  return warning(
    `This computer is in the zone ${zone}; these sets run by another one: ${names.join(', ')}.`,
    'If that is not meant so, change the time zone of the sets.',
  )
}

/** The sets that run on this computer, by its own proof; none while it is not enrolled. */
async function ownSets({ device, profile, server }: DoctorDeps): Promise<readonly BackupSet[]> {
  const own = profile.settings().device
  if (own === null || profile.settings().server === null) return []
  const proof = await device.prove(deviceProof.sets)
  const { backupSets } = await server().call('deviceSets', proof, { kind: 'none' })
  return backupSets
}
