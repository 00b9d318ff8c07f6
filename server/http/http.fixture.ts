import { AppError } from '../../shared/errors.ts'
import { FakeClock } from '../../shared/clock.ts'
import { routes, type RouteName } from '../../shared/routes.ts'
import { serverConfigSchema, type ServerConfig } from '../config.ts'
import type { Log, ServerDeps } from '../deps.ts'
import { fakeMessages } from '../senders/messages.fixture.ts'
import { serverKeyFrom } from '../server-key.ts'
import { openStore } from '../store/store.ts'
import { sqliteEngine } from '../store/sqlite.ts'
import type { LeaseRow, SessionRow, TransactionRow, UserRow } from '../store/tables.ts'
import { buildApp, type HttpParts } from './app.ts'
import type { Handlers, SessionCaller } from './handler.ts'
import { serverInfoHandlers } from './server-info.ts'

/** A log that tests read. */
export function memoryLog(): Log & { readonly lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = []
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message })
  }
  return { lines, info: write('info'), warn: write('warn'), error: write('error') }
}

/** The HTTP shell over handlers that a test writes; a route that it does not write fails unexpectedly. */
export async function httpFixture(
  options: {
    readonly handlers?: Partial<Handlers>
    readonly config?: Partial<ServerConfig>
    readonly parts?: Partial<HttpParts>
  } = {},
) {
  const log = memoryLog()
  const clock = new FakeClock()
  const store = openStore(sqliteEngine(':memory:'))
  await store.migrate()
  const config = { ...serverConfigSchema.parse({}), ...options.config }
  const deps: ServerDeps = { store, clock, log, config, serverKey: serverKeyFrom(Buffer.alloc(32, 7)) }
  const missing = Object.fromEntries(
    (Object.keys(routes) as RouteName[]).map((name) => [name, () => Promise.reject(new Error(`no ${name}`))]),
  ) as unknown as Handlers
  const app = await buildApp(
    deps,
    {
      ...missing,
      ...serverInfoHandlers({ ...deps, messages: fakeMessages().messages }),
      ...options.handlers,
    },
    { credentials: fakeCredentials, storage: () => undefined, readiness: {}, ...options.parts },
  )
  return {
    app,
    log,
    store,
    close: async () => {
      await app.close()
      await store.close()
    },
  }
}

export const fakeUser = { id: 'usr_AAAAAAAAAAAAAAAAAAAAAA', loginName: 'ada' } as UserRow
const fakeSession = { id: 'ses_AAAAAAAAAAAAAAAAAAAAAA', freshUntil: null } as SessionRow

/** Knows one token of each kind: `good`, `fresh`, `txn`, `root`, and the lease `lea_1` with the secret `s:1`. */
const fakeCredentials: HttpParts['credentials'] = {
  session: (token) =>
    token === 'good' || token === 'fresh'
      ? Promise.resolve({
          user: fakeUser,
          session: { ...fakeSession, freshUntil: token === 'fresh' ? 1 : null },
        })
      : Promise.reject(new AppError('SESSION_ENDED', 'Not signed in.')),
  fresh: (caller: SessionCaller) => {
    if (caller.session.freshUntil === null) {
      throw new AppError('STEP_UP_REQUIRED', 'Stale.', { details: { operation: 'change-settings' } })
    }
  },
  transaction: (token) =>
    token === 'txn'
      ? Promise.resolve({ id: 'txn_AAAAAAAAAAAAAAAAAAAAAA', userId: fakeUser.id } as TransactionRow)
      : Promise.reject(new AppError('SIGN_IN_ENDED', 'Ended.')),
  admin: (token) =>
    token === 'root'
      ? Promise.resolve({
          user: fakeUser,
          role: 'admin',
          reach: null,
          by: { kind: 'session', session: fakeSession },
          actor: `user:${fakeUser.id}`,
        })
      : Promise.reject(new AppError('SESSION_ENDED', 'Not signed in.')),
  lease: (id, secret) =>
    id === 'lea_1' && secret === 's:1'
      ? Promise.resolve({ id: 'lea_AAAAAAAAAAAAAAAAAAAAAA', userId: fakeUser.id } as LeaseRow)
      : Promise.reject(new AppError('LEASE_ENDED', 'Ended.')),
}
