import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { listAlerts } from '../alerts/alerts.ts'
import { approversOf } from '../approvals/approvers.ts'
import { isDemandedAnywhere } from '../approvals/subjects.ts'
import { listAudit, verifyAudit } from '../audit/audit.ts'
import type { Clock } from '../../shared/clock.ts'
import type { ServerConfig } from '../config.ts'
import { openLocalObjects } from '../objects/local-objects.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { passkeyReadiness, type PasskeyReadiness } from '../passkeys/passkey-readiness.ts'
import { probeObjects } from '../readiness.ts'
import { channels as allChannels } from '../../shared/model/sender.ts'
import { readConfiguredSettings } from '../senders/configured.ts'
import { listSenders } from '../senders/senders.ts'
import type { Store } from '../store/store.ts'
import { transportOf } from '../transport.ts'
import { sizeText, timeText } from './table.ts'

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'fault'
  readonly detail: string
}

export interface DoctorSubject {
  readonly config: ServerConfig
  readonly dataFolder: string
  readonly store: Store
  readonly clock: Clock
}

type Check = (subject: DoctorSubject) => Promise<Omit<Finding, 'check'>> | Omit<Finding, 'check'>

const ok = (detail: string) => ({ state: 'ok', detail }) as const
const warning = (detail: string) => ({ state: 'warning', detail }) as const
const fault = (detail: string) => ({ state: 'fault', detail }) as const

const lowBytes = 5 * 1024 ** 3
const dayMs = 86_400_000

/** Each looks at one thing; one that throws is a fault with its message. */
export const doctorChecks: Readonly<Record<string, Check>> = {
  'data folder': ({ dataFolder }) =>
    ownerOnly(dataFolder, 'Others on this computer can read the data folder'),
  'server key': ({ dataFolder }) => {
    const file = join(dataFolder, 'server.key')
    const length = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url').length
    if (length !== 32)
      return fault('server.key is damaged: authenticators and short codes cannot be checked.')
    const found = ownerOnly(file, 'Others on this computer can read server.key')
    return found.state === 'ok' ? ok('Present. Keep a copy of it, apart from the database’s.') : found
  },
  database: async ({ store }) => {
    const pending = await store.pendingMigrations()
    return pending.length === 0
      ? ok(`${store.kind}, up to date`)
      : warning(`${pending.length} migrations to come; the next start makes them.`)
  },
  'audit log': async ({ store }) => {
    const verdict = await verifyAudit(store)
    return verdict.kind === 'intact'
      ? ok(`${verdict.head.sequence} entries, chain intact`)
      : fault(`Broken at entry ${verdict.sequence}: ${verdict.reason}`)
  },
  objects: async ({ dataFolder }) => {
    await probeObjects(await objectsOf(dataFolder))
    return ok('Can be written and read')
  },
  'free space': async ({ dataFolder }) => {
    const free = await (await objectsOf(dataFolder)).freeBytes()
    if (free === null) return ok('The place of the objects does not tell')
    const detail = `${sizeText(free)} free`
    return free < lowBytes
      ? warning(`Only ${detail}; backups end with DISK_FULL when it is used up.`)
      : ok(detail)
  },
  transport: ({ config, dataFolder, clock }) => transport(config, dataFolder, clock),
  clock: async ({ store, clock }) => {
    const [last] = await listAudit(store.db, { limit: 1 })
    const ahead = last === undefined ? 0 : last.at - clock.nowMs()
    return ahead > 60_000
      ? fault(`The clock went back by ${Math.round(ahead / 1000)} s since the last audit entry.`)
      : ok(`${timeText(clock.nowMs())}, not behind the audit log`)
  },
  passkeys: async ({ config, store }) => {
    if ((await store.pendingMigrations()).length > 0)
      return warning('Not looked at before the database is up to date.')
    return passkeys(await passkeyReadiness(store.db, config))
  },
  messages: ({ config, dataFolder, store }) => messages(config, dataFolder, store),
  administrators: async ({ store, clock }) => {
    if ((await store.pendingMigrations()).length > 0)
      return warning('Not looked at before the database is up to date.')
    return await administrators(store, clock)
  },
  alerts: async ({ store }) => {
    if ((await store.pendingMigrations()).length > 0)
      return warning('Not looked at before the database is up to date.')
    const open = await listAlerts(store.db, { limit: 1000, openOnly: true })
    return open.length === 0
      ? ok('None is open')
      : warning(`${open.length} open; holdfast-server alert list shows them.`)
  },
}

function passkeys({ isOffered, lackingCount, requiredCount }: PasskeyReadiness) {
  if (requiredCount > 0 && !isOffered) {
    return fault(
      `${requiredCount} accounts must use a passkey, and publicAddress does not name this server: none of them can sign in.`,
    )
  }
  if (lackingCount > 0)
    return warning(`${lackingCount} of ${requiredCount} accounts that must use a passkey have none yet.`)
  if (!isOffered) return ok('Not offered: publicAddress names no host')
  return ok(
    requiredCount === 0 ? 'Offered, required of nobody' : `Required of ${requiredCount}, who have one`,
  )
}

/** Where two are demanded, somebody else than who asks must be there to agree. */
async function administrators({ db }: Store, clock: Clock) {
  const able = (await approversOf(db, null, null, clock.nowMs())).length
  if (able < 2 && (await isDemandedAnywhere(db))) {
    return warning(
      `Policy demands two administrators, and ${able} could take part: approvals are given on this host only.`,
    )
  }
  return ok(`${able} with a second factor`)
}

export async function examine(subject: DoctorSubject): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [check, look] of Object.entries(doctorChecks)) {
    try {
      findings.push({ check, ...(await look(subject)) })
    } catch (error) {
      findings.push({ check, ...fault(error instanceof Error ? error.message : String(error)) })
    }
  }
  return findings
}

/** Beside a running server, whose unfinished uploads stay. */
export function objectsOf(dataFolder: string): Promise<ObjectStore> {
  return openLocalObjects(join(dataFolder, 'objects'), 'beside')
}

function ownerOnly(file: string, problem: string) {
  // Windows has no such bits; there the folder's access list decides.
  if (process.platform === 'win32') return ok('Present')
  const mode = statSync(file).mode & 0o777
  const text = mode.toString(8)
  return (mode & 0o077) === 0 ? ok(`Only its owner (${text})`) : fault(`${problem} (${text}).`)
}

function transport(config: ServerConfig, dataFolder: string, clock: Clock) {
  const files = transportOf(config, dataFolder)
  if (files === undefined || config.tls === null) {
    return config.allowPlainHttp
      ? warning('Plain HTTP is permitted on every address: passwords travel readable.')
      : ok('Plain HTTP on loopback; a proxy has to speak TLS to others')
  }
  const certificate = new X509Certificate(readFileSync(resolve(dataFolder, config.tls.certificateFile)))
  const days = Math.floor((Date.parse(certificate.validTo) - clock.nowMs()) / dayMs)
  if (days < 0) return fault(`The certificate ended ${-days} days ago: clients refuse this server.`)
  return days < 21
    ? warning(`The certificate ends in ${days} days.`)
    : ok(`TLS, certificate good for ${days} days`)
}

async function messages(config: ServerConfig, dataFolder: string, store: Store) {
  readConfiguredSettings(config, dataFolder)
  if ((await store.pendingMigrations()).length > 0)
    return warning('Not looked at before the database is up to date.')
  const senders = (await listSenders({ store, config })).filter(({ isEnabled }) => isEnabled)
  const channels = allChannels.filter((channel) => senders.some((each) => each.channels.includes(channel)))
  if (channels.length === 0) {
    return warning(
      'No sender: SMS, calls and mail are no methods here. Authenticator apps and backup codes are.',
    )
  }
  const outbox = senders.filter(({ settings }) => settings.provider === 'outbox')
  if (outbox.length > 0 && config.environment === 'production')
    return fault(
      'The outbox is used in production: whoever reads the folder can sign in. Remove that sender.',
    )
  if (config.environment === 'test' || config.environment === 'staging')
    return warning(`A ${config.environment} server: every message goes to the outbox folder, none is sent.`)
  if (outbox.length > 0) return warning('Messages go to the outbox folder: for trying out only.')
  const single = channels.filter(
    (channel) => senders.filter((each) => each.channels.includes(channel)).length === 1,
  )
  const detail = senders.map(({ name, channels: used }) => `${name} (${used.join(', ')})`).join(', then ')
  return ok(single.length === 0 ? detail : `${detail}; nobody takes over for ${single.join(' and ')}`)
}
