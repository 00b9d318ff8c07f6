import { FakeClock } from '../../shared/clock.ts'
import type { ProviderSettings, SenderDraft } from '../../shared/model/sender.ts'
import { ensureDefaultGroup } from '../accounts/groups.ts'
import { serverConfigSchema } from '../config.ts'
import { redacted } from '../logging/redact.ts'
import { serverKeyFrom } from '../server-key.ts'
import { sqliteEngine } from '../store/sqlite.ts'
import { openStore, type Store } from '../store/store.ts'
import type { Message, PasscodeMessage } from './messages.ts'
import type { Provider } from './provider.ts'
import { twilioAccount } from './providers/twilio.fixture.ts'
import { openMessages } from './sending.ts'

interface Options {
  readonly store?: Store
  /** Of `holdfast.json`. */
  readonly config?: object
  readonly configured?: ProviderSettings
}

/** The senders of a server on an empty database; what the outbox gets is kept in memory. */
export async function openTestSenders({ config, configured, store: given }: Options = {}) {
  const store = given ?? openStore(sqliteEngine(':memory:'))
  await store.migrate()
  const clock = new FakeClock()
  const logged: string[] = []
  const log = (fields: object, message: string): void => {
    logged.push(JSON.stringify(redacted({ ...fields, message })))
  }
  const outboxed: (Message | PasscodeMessage)[] = []
  const outbox: Provider = {
    send: (message) => {
      outboxed.push(message)
      return Promise.resolve({ price: null })
    },
  }
  const deps = {
    store,
    clock,
    serverKey: serverKeyFrom(Buffer.alloc(32, 7)),
    log: { info: log, warn: log, error: log },
    config: serverConfigSchema.parse({ name: 'Test CBS', environment: 'production', ...config }),
    configured: configured ?? null,
    outbox,
  }
  await ensureDefaultGroup(deps)
  const senders = openMessages(deps)
  return { deps: { ...deps, senders }, store, clock, logged, outboxed, senders }
}

/** A draft of a Twilio account at a stand-in. */
export function twilioDraft(
  baseUrl: string,
  change: Partial<Omit<SenderDraft, 'settings'>> & { readonly settings?: object } = {},
) {
  const settings = { provider: 'twilio', ...twilioAccount, sender: '+12025550123', baseUrl }
  return {
    name: 'Twilio',
    channels: ['sms', 'voice'],
    ...change,
    settings: { ...settings, ...change.settings },
  }
}
