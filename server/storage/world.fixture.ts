import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Socket } from 'node:net'
import { fastify } from 'fastify'
import type { Clock } from '../../shared/clock.ts'
import { noRules } from '../../shared/retention.fixture.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { backupSetDefinitionSchema, type BackupSetDefinition } from '../../shared/model/backup-set.ts'
import type { BackupSetId, GroupId, KeyId, RepositoryId, UserId } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'
import { policySchema, type Protection } from '../../shared/model/policy.ts'
import type { Operation } from '../../shared/model/sign-in.ts'
import { backupSetHandlers } from '../backup-sets/backup-set-handlers.ts'
import { systemClock } from '../clock.ts'
import { serverConfigSchema, type ServerConfig } from '../config.ts'
import type { Log } from '../deps.ts'
import { deviceHandlers } from '../devices/device-handlers.ts'
import type { SessionCaller } from '../http/handler.ts'
import { leaseHandlers } from '../leases/leases.ts'
import { memoryObjects } from '../objects/memory-objects.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { newId, serverKeyFrom } from '../server-key.ts'
import { createGrant } from '../sessions/grants.ts'
import { createSession } from '../sessions/sessions.ts'
import { openStore, type Store } from '../store/store.ts'
import { sqliteEngine } from '../store/sqlite.ts'
import type { Insertable } from 'kysely'
import type { ObjectType, Tables, UserRow } from '../store/tables.ts'
import { registerStorage } from './rest-server.ts'
import type { StorageDeps } from './storage-deps.ts'

const origin = { address: '192.0.2.7', network: '192.0.2.7' }

/** A server of storage with people, computers and sets; everything but signing in is real. */
export type World = Awaited<ReturnType<typeof startWorld>>
export type Person = Awaited<ReturnType<World['addPerson']>>
export type Computer = Awaited<ReturnType<Person['addComputer']>>
export type BackupSetOfTest = Awaited<ReturnType<Computer['addSet']>>

export async function startWorld(
  options: {
    store?: Store
    clock?: Clock
    objects?: ObjectStore
    protection?: Partial<Protection>
    config?: Partial<ServerConfig>
  } = {},
) {
  const store = options.store ?? openStore(sqliteEngine(':memory:'))
  await store.migrate()
  const logLines: string[] = []
  const log: Log = {
    info: (fields, message) => logLines.push(JSON.stringify({ ...fields, message })),
    warn: (fields, message) => logLines.push(JSON.stringify({ ...fields, message })),
    error: (fields, message) => logLines.push(JSON.stringify({ ...fields, message })),
  }
  const deps: StorageDeps = {
    store,
    clock: options.clock ?? systemClock,
    serverKey: serverKeyFrom(randomBytes(32)),
    log,
    config: serverConfigSchema.parse({ environment: 'test', ...options.config }),
    objects: options.objects ?? memoryObjects(),
  }
  const groupId = newId<GroupId>('grp')
  const policy = policySchema.parse({ protection: options.protection ?? {} })
  await store.db
    .insertInto('groups')
    .values({ id: groupId, name: 'Default', policy: JSON.stringify(policy), version: 1 })
    .execute()

  const app = fastify({ exposeHeadRoutes: false, forceCloseConnections: true })
  await registerStorage(app, deps)
  const sockets = new Map<number | undefined, Socket>()
  app.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort
    sockets.set(port, socket)
    socket.once('close', () => sockets.delete(port))
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })

  const handlers = { ...deviceHandlers(deps), ...backupSetHandlers(deps), ...leaseHandlers(deps) }

  return {
    deps,
    store,
    handlers,
    address,
    logLines,
    addPerson: (name = 'ada') => addPerson(deps, handlers, groupId, name),
    rest: (lease: Pick<Lease, 'id' | 'secret' | 'repositoryPath'>) => restClient(address, lease),
    setProtection: async (protection: Partial<Protection>) => {
      await store.db
        .updateTable('groups')
        .set({ policy: JSON.stringify(policySchema.parse({ protection })) })
        .execute()
    },
    /** What owners will be told on their channels, oldest first. */
    notices: async () =>
      (await store.db.selectFrom('accountNotices').select('notice').orderBy('dueAt').execute()).map(
        ({ notice }) => {
          const { label, what } = JSON.parse(notice) as { label: string; what: string }
          return `${what} ${label}`
        },
      ),
    audit: async () =>
      (await store.db.selectFrom('audit').select('entry').orderBy('sequence').execute()).map(
        ({ entry }) =>
          JSON.parse(entry) as { action: string; outcome: string; actor: string; target?: string },
      ),
    /** The server's end of a client's connection, by the client's port; undefined once it is closed. */
    serverSocket: (clientPort: number | undefined) => sockets.get(clientPort),
    close: async () => {
      await app.close()
      await store.close()
    },
  }
}

type WorldHandlers = ReturnType<typeof deviceHandlers> &
  ReturnType<typeof backupSetHandlers> &
  ReturnType<typeof leaseHandlers>

async function addPerson(deps: StorageDeps, handlers: WorldHandlers, groupId: GroupId, name: string) {
  const now = deps.clock.nowMs()
  const values: Insertable<Tables['users']> = {
    id: newId<UserId>('usr'),
    loginName: name,
    loginKey: `${name}-${randomBytes(4).toString('hex')}`,
    displayName: name,
    kind: 'backup',
    role: null,
    groupId,
    email: `${name}@example.org`,
    passwordHash: null,
    mustChangePassword: 0,
    passwordExpiresAt: null,
    status: 'enabled',
    offerDismissed: 0,
    createdAt: now,
    lastSignIn: null,
  }
  const user: UserRow = await deps.store.db
    .insertInto('users')
    .values(values)
    .returningAll()
    .executeTakeFirstOrThrow()
  const { session } = await deps.store.transact([], (tx) =>
    createSession(tx, {
      userId: user.id,
      scope: 'full',
      deviceId: null,
      provenBy: ['password', 'totp'],
      freshUntil: now + 600_000,
      client: { name: 'test', version: '1', platform: 'linux', hostName: 'test', kind: 'api' as const },
      origin,
      nowMs: now,
      lifeMs: 12 * 3_600_000,
      idleMs: 30 * 60_000,
    }),
  )
  const caller: SessionCaller = { session, user }
  const call = { caller, origin }
  return {
    user,
    caller,
    call,
    grant: async (operation: Operation) =>
      (
        await deps.store.transact([], (tx) =>
          createGrant(tx, { session, operation, nowMs: deps.clock.nowMs(), lifeMs: 600_000 }),
        )
      ).token,
    addComputer: () => addComputer(deps, handlers, call),
  }
}

async function addComputer(
  deps: StorageDeps,
  handlers: WorldHandlers,
  call: { caller: SessionCaller; origin: typeof origin },
) {
  const keys = generateKeyPairSync('ed25519')
  const publicKey = keys.publicKey.export({ format: 'jwk' }).x ?? ''
  const signed = (text: string): string =>
    sign(null, Buffer.from(text), keys.privateKey).toString('base64url')
  const newNonce = async (): Promise<string> => (await handlers.nonce({}, publicCall)).nonce
  const enrolNonce = await newNonce()
  const { device } = await handlers.enrolDevice(
    {
      name: 'laptop',
      platform: 'linux',
      publicKey,
      nonce: enrolNonce,
      signature: signed(deviceProof.enrol({ nonce: enrolNonce, publicKey, serverAddress })),
      serverAddress,
    },
    call,
  )
  const deviceId = device.id
  const leaseProof = async (backupSetId: BackupSetId, kind: 'backup' | 'maintenance') => {
    const nonce = await newNonce()
    return {
      deviceId,
      nonce,
      signature: signed(deviceProof.lease({ nonce, deviceId, backupSetId, kind, serverAddress })),
      serverAddress,
      backupSetId,
      kind,
    }
  }
  const startLease = async (backupSetId: BackupSetId, kind: 'backup' | 'maintenance'): Promise<Lease> =>
    (await handlers.deviceLease(await leaseProof(backupSetId, kind), publicCall)).lease
  return {
    deviceId,
    publicKey,
    signed,
    newNonce,
    leaseProof,
    startLease,
    heartbeat: async (lease: Lease, sequence: number) => {
      const row = await deps.store.db
        .selectFrom('leases')
        .selectAll()
        .where('id', '=', lease.id)
        .executeTakeFirstOrThrow()
      const signature = signed(deviceProof.heartbeat({ leaseId: lease.id, sequence, serverAddress }))
      return await handlers.heartbeat(
        { sequence, signature, serverAddress },
        { caller: { lease: row }, origin },
      )
    },
    addSet: async (definition: Partial<BackupSetDefinition> = {}) => {
      const { backupSet } = await handlers.createBackupSet(
        { definition: definitionWith(definition), deviceId, keyId: newId<KeyId>('key') },
        call,
      )
      return {
        backupSet,
        id: backupSet.id,
        repositoryId: backupSet.repositoryId,
        start: (kind: 'backup' | 'maintenance') => startLease(backupSet.id, kind),
        browse: async (): Promise<Lease> =>
          (await handlers.browseLease({ backupSetId: backupSet.id }, call)).lease,
        restore: async (grantToken: string): Promise<Lease> =>
          (await handlers.restoreLease({ backupSetId: backupSet.id, grantToken }, call)).lease,
      }
    },
  }
}

/** Where its computers find the server. */
export const serverAddress = 'https://cbs.example'

export const publicCall = { caller: undefined, origin }

export function definitionWith(definition: Partial<BackupSetDefinition> = {}): BackupSetDefinition {
  return backupSetDefinitionSchema.parse({ name: 'Documents', sources: ['/home/ada'], ...definition })
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export type RestClient = ReturnType<typeof restClient>

/** Speaks the restic REST protocol with the credentials of a lease. */
export function restClient(address: string, lease: Pick<Lease, 'id' | 'secret' | 'repositoryPath'>) {
  const authorization = `Basic ${Buffer.from(`${lease.id}:${lease.secret}`).toString('base64')}`
  const send = (
    method: string,
    path: string,
    init: { body?: Uint8Array; headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    fetch(`${address}${lease.repositoryPath}${path}`, {
      method,
      headers: { authorization, ...init.headers },
      ...(init.body === undefined ? {} : { body: new Uint8Array(init.body) }),
    })
  return {
    authorization,
    send,
    /** Uploads bytes under their hash. */
    add: async (type: Exclude<ObjectType, 'config'>, bytes: Uint8Array) => {
      const name = sha256(bytes)
      return { name, response: await send('POST', `${type}/${name}`, { body: bytes }) }
    },
    status: async (method: string, path: string, init?: Parameters<typeof send>[2]): Promise<number> => {
      const response = await send(method, path, init)
      await response.arrayBuffer()
      return response.status
    },
    bytes: async (path: string): Promise<Buffer> =>
      Buffer.from(await (await send('GET', path)).arrayBuffer()),
    names: async (type: ObjectType): Promise<string[]> =>
      (await (await send('GET', `${type}/`)).json()) as string[],
  }
}

/** What restic does first: a key, then the config. */
export async function initialise(client: RestClient): Promise<void> {
  const created = await client.status('POST', '?create=true')
  const { response } = await client.add('keys', randomBytes(100))
  const config = await client.status('POST', 'config', { body: randomBytes(155) })
  if (created !== 200 || response.status !== 200 || config !== 200)
    throw new Error('The repository was not initialised.')
}

/**
 * A set whose repository has a snapshot, which retention keeps, an index, a pack of data and a declared pack of
 * folders.
 */
export async function filledSet(world: World, computer: Computer) {
  const set = await computer.addSet({ retention: { ...noRules, keepLastCount: 1 } })
  const lease = await set.start('backup')
  const client = world.rest(lease)
  await initialise(client)
  const [data, folders, index, snapshot] = [6_000_000, 50_000, 2000, 300].map((size) => randomBytes(size))
  if (data === undefined || folders === undefined || index === undefined || snapshot === undefined)
    throw new Error()
  const names = {
    data: (await client.add('data', data)).name,
    folders: (await client.add('data', folders)).name,
    index: (await client.add('index', index)).name,
    snapshot: (await client.add('snapshots', snapshot)).name,
  }
  const row = await world.store.db
    .selectFrom('leases')
    .selectAll()
    .where('id', '=', lease.id)
    .executeTakeFirstOrThrow()
  await world.handlers.declareMetadata({ packs: [names.folders] }, { caller: { lease: row }, origin })
  return { ...set, names, data, repositoryId: set.repositoryId satisfies RepositoryId, lease }
}
