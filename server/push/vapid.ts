import { createECDH, createPrivateKey, sign } from 'node:crypto'
import { z } from 'zod'
import { serverSettings } from '../settings.ts'
import type { ServerDeps } from '../deps.ts'

/** The key pair by which push services know this server (RFC 8292), base64url. */
const vapidKeysSchema = z.object({ publicKey: z.string(), privateKey: z.string() })
export type VapidKeys = z.infer<typeof vapidKeysSchema>

const context = 'vapid-keys'
const tokenLifeSeconds = 12 * 3600

/** Made once for each server and sealed in its database; null where notifications are switched off. */
export async function vapidKeys(deps: Pick<ServerDeps, 'store' | 'serverKey'>): Promise<VapidKeys | null> {
  const { settings } = await serverSettings(deps.store.db)
  if (!settings.pushNotifications) return null
  const stored = await storedKeys(deps)
  if (stored !== null) return stored
  const value = deps.serverKey.seal(JSON.stringify(newVapidKeys()), context)
  await deps.store.db
    .insertInto('settings')
    .values({ name: 'vapid', value, version: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return await storedKeys(deps)
}

async function storedKeys({
  serverKey,
  store,
}: Pick<ServerDeps, 'store' | 'serverKey'>): Promise<VapidKeys | null> {
  const row = await store.db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', 'vapid')
    .executeTakeFirst()
  return row === undefined ? null : vapidKeysSchema.parse(JSON.parse(serverKey.open(row.value, context)))
}

export function newVapidKeys(): VapidKeys {
  const pair = createECDH('prime256v1')
  const publicKey = pair.generateKeys().toString('base64url')
  // Leading zeros are dropped by Node; a key has 32 bytes.
  const bytes = pair.getPrivateKey()
  const privateKey = Buffer.concat([Buffer.alloc(32 - bytes.length), bytes]).toString('base64url')
  return { publicKey, privateKey }
}

/**
 * The `Authorization` of one message: a JSON Web Token for the push service's origin, signed with ES256.
 *
 * @param subject how the service's operators reach us: `https:` or `mailto:` (RFC 8292 2.1)
 */
export function vapidAuthorization(
  keys: VapidKeys,
  about: { readonly endpoint: string; readonly subject: string; readonly nowMs: number },
): string {
  const claims = {
    aud: new URL(about.endpoint).origin,
    exp: Math.floor(about.nowMs / 1000) + tokenLifeSeconds,
    sub: about.subject,
  }
  const head = [{ typ: 'JWT', alg: 'ES256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const point = Buffer.from(keys.publicKey, 'base64url')
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33, 65).toString('base64url'),
      d: keys.privateKey,
    },
  })
  const signature = sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' })
  return `vapid t=${head}.${signature.toString('base64url')}, k=${keys.publicKey}`
}
