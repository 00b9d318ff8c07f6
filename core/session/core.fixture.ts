import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '../../shared/clock.ts'
import type { CallOf, ReplyOf, RouteName } from '../../shared/routes.ts'
import { createEvents, type ClientEvents } from '../events.ts'
import { createDeviceIdentity } from '../device/create-device-identity.ts'
import { openProfile } from '../profile/open-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { createRepositoryKeys } from '../recovery-kit/repository-keys.ts'
import { memorySecretStore } from '../secrets/memory-secret-store.ts'
import type { Credentials, ServerClient } from '../server-client/server-client.ts'
import type { CoreDeps, Log } from '../core-deps.ts'
import { createRecoveryNews } from './recovery-news.ts'
import { createSessionKeeper } from './session-keeper.ts'

/** What a stand-in for the server answers, route by route; a route without an answer fails the test. */
export type Script = {
  [N in RouteName]?: (input: CallOf<N>, credentials: Credentials) => ReplyOf<N> | Promise<ReplyOf<N>>
}

export interface ScriptedServer extends ServerClient {
  readonly calls: { name: RouteName; input: unknown; credentials: Credentials }[]
  script: Script
}

export function scriptedServer(address = 'https://cbs.example'): ScriptedServer {
  const server: ScriptedServer = {
    address,
    calls: [],
    route: () => Promise.resolve(null),
    script: {},
    call: async (name, input, credentials) => {
      server.calls.push({ name, input, credentials })
      const answer = server.script[name]
      if (answer === undefined) throw new Error(`The test expects no call of ${name}.`)
      return await answer(input, credentials)
    },
  }
  return server
}

/** The parts that handlers stand on: a real profile in a fresh folder, secrets in memory, a scripted server. */
export async function coreParts() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-core-'))
  const logged: string[] = []
  const write = (fields: object, message: string): void =>
    void logged.push(JSON.stringify({ ...fields, message }))
  const log: Log = { info: write, warn: write, error: write }
  const profile: Profile = await openProfile(folder, log)
  const clock = new FakeClock()
  const secrets = memorySecretStore()
  const events: ClientEvents = createEvents((error) => {
    throw error
  })
  const servers = { current: scriptedServer() }
  const server = (): ScriptedServer => servers.current
  await profile.update({ server: { address: servers.current.address, allowInsecure: false, caFile: null } })
  const session = createSessionKeeper({ profile, secrets, events, log })
  const device = createDeviceIdentity({ profile, secrets, server })
  const keys = createRepositoryKeys({ profile, secrets })
  const news = createRecoveryNews(clock)
  const deps = {
    clock,
    profile,
    secrets,
    keys,
    server,
    session,
    news,
    device,
    events,
    log,
  } satisfies CoreDeps
  return { ...deps, servers, logged, remove: () => rm(folder, { recursive: true, force: true }) }
}
export type CoreParts = Awaited<ReturnType<typeof coreParts>>
