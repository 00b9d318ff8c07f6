import type { FactorId } from '../../shared/model/ids.ts'
import { pushSubscriptionSchema, type PushSubscription } from '../../shared/model/push.ts'
import type { ServerDeps } from '../deps.ts'
import { serverSettings } from '../settings.ts'
import { authenticatorOf } from './authenticator.ts'
import { subscriptionContext } from './phone-key.ts'
import { isKnownPushService } from './push-services.ts'
import { sealMessage } from './seal-message.ts'
import { vapidAuthorization, vapidKeys } from './vapid.ts'

/** Nothing but that something waits: whose and what for is read on the page, with the phone's key. */
const message = JSON.stringify({ kind: 'request' })

type WakeDeps = Pick<ServerDeps, 'store' | 'clock' | 'serverKey' | 'log' | 'config'>
/** A push service's side of `fetch`. */
export type PushFetch = (url: string, init: RequestInit) => Promise<{ readonly status: number }>

/**
 * Notifies a paired phone that a request waits. Its failure is logged and stops nothing: the page asks by
 * itself when it is open. Runs beside the request that caused it.
 */
export function wakePhone(deps: WakeDeps, factorId: FactorId): void {
  notifyPhone(deps, factorId).catch((error: unknown) => {
    deps.log.warn({ err: error, factorId }, 'A phone could not be notified of a request.')
  })
}

/** A copy of a production database wakes nobody: `test` and `staging` send nothing. */
export async function notifyPhone(
  deps: WakeDeps,
  factorId: FactorId,
  send: PushFetch = async (url, init) => await fetch(url, init),
): Promise<'sent' | 'not-sent' | 'forgotten'> {
  const { config, log, serverKey, store } = deps
  if (config.environment === 'test' || config.environment === 'staging') return 'not-sent'
  const { settings } = await serverSettings(store.db)
  const factor = await store.db
    .selectFrom('factors')
    .selectAll()
    .where('id', '=', factorId)
    .executeTakeFirst()
  const page = authenticatorOf(config)
  const keys = await vapidKeys(deps)
  if (page === null || keys === null || factor === undefined || factor.secretSealed === null)
    return 'not-sent'
  const sealed = serverKey.open(factor.secretSealed, subscriptionContext(factor.userId, factor.id))
  const subscription = pushSubscriptionSchema.parse(JSON.parse(sealed))
  // Again: an administrator may have taken a service off the list.
  if (!isKnownPushService(subscription.endpoint, settings.pushServices)) return 'not-sent'
  const { status } = await send(
    subscription.endpoint,
    pushRequest(subscription, {
      authorization: vapidAuthorization(keys, {
        endpoint: subscription.endpoint,
        subject: page.origin,
        nowMs: deps.clock.nowMs(),
      }),
    }),
  )
  if (status === 404 || status === 410) {
    // RFC 8030 7.3: this subscription is over, and never comes back.
    await store.db
      .updateTable('factors')
      .set({ secretSealed: null })
      .where('id', '=', factorId)
      .where('secretSealed', '=', factor.secretSealed)
      .execute()
    return 'forgotten'
  }
  if (status >= 200 && status < 300) return 'sent'
  log.warn({ factorId, status }, 'A push service did not take a notification.')
  return 'not-sent'
}

/** Of no use to anybody after the shortest time in which a request must be answered. */
const lifeSeconds = 60
const timeoutMs = 10_000

function pushRequest(subscription: PushSubscription, headers: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...headers,
      ttl: String(lifeSeconds),
      urgency: 'high',
      // RFC 8030 5.4: of several only the last is delivered.
      topic: 'holdfast-request',
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
    },
    body: new Uint8Array(sealMessage(message, subscription)),
  }
}
