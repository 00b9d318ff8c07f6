import type { Language } from '../../shared/model/language.ts'
import { generateKeyPairSync, sign } from 'node:crypto'
import { FakeClock } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { DeviceId, FactorId, UserId } from '../../shared/model/ids.ts'
import { policySchema, type Limits, type PhoneChannel, type Policy } from '../../shared/model/policy.ts'
import { serverSettingsSchema, type ServerSettings } from '../../shared/model/server-settings.ts'
import type { ClientKind, Enrolment, Operation, Step } from '../../shared/model/sign-in.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { findGroup, updateGroupPolicy } from '../accounts/groups.ts'
import { createHashPool, type HashPool } from '../accounts/hash-pool.ts'
import { createUser, ensureFirstAdministrator } from '../accounts/users.ts'
import { serverConfigSchema } from '../config.ts'
import type { Origin } from '../http/handler.ts'
import { issueNonce } from '../devices/nonces.ts'
import { secretContext } from '../factors/factors.ts'
import { newTotpSecret, totpAt } from '../factors/totp.ts'
import { fakeMessages } from '../senders/messages.fixture.ts'
import type { Channel } from '../senders/messages.ts'
import { newId, serverKeyFrom } from '../server-key.ts'
import { authenticateSession } from '../sessions/sessions.ts'
import { changeServerSettings, serverSettings, settingsLock } from '../settings.ts'
import { sqliteEngine } from '../store/sqlite.ts'
import { openStore, type Store } from '../store/store.ts'
import { authHandlers } from './auth-handlers.ts'
import { authenticateTransaction } from './transactions.ts'

export const password = 'correct horse battery'
export const client = {
  name: 'holdfast',
  version: '0.1.0',
  platform: 'linux',
  hostName: 'pc-1',
  kind: 'terminal' as const,
  knows: ['push'],
}
export const origin = { address: '192.0.2.10', network: '192.0.2.10' }
const elsewhere = { address: '198.51.100.7', network: '198.51.100.7' }
export { elsewhere }

/** The whole of signing in on an empty database, with a clock that a test moves and real argon2, made cheap. */
export async function openTestAuth(
  policy: DeepPartialPolicy = {},
  given?: Store,
  config: { readonly publicAddress?: string } = {},
) {
  const clock = new FakeClock()
  const store = given ?? openStore(sqliteEngine(':memory:'))
  await store.migrate()
  const fake = fakeMessages()
  const logged: string[] = []
  const log = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }))
  }
  const counted = countingPool(
    createHashPool({ memoryKib: 64, passes: 1, concurrency: 4, maxWaiting: 10_000 }),
  )
  const deps: AuthDeps = {
    store,
    clock,
    serverKey: serverKeyFrom(Buffer.alloc(32, 7)),
    log: { info: log, warn: log, error: log },
    config: serverConfigSchema.parse({ name: 'Test CBS', environment: 'test', ...config }),
    hashes: counted.pool,
    messages: fake.messages,
  }
  const administrator = await ensureFirstAdministrator(deps)
  const handlers = authHandlers(deps)

  async function setPolicy(change: DeepPartialPolicy): Promise<Policy> {
    const group = await findGroup(deps, 'Default')
    const next = policySchema.parse({
      ...group.policy,
      ...change,
      limits: { ...group.policy.limits, ...change.limits },
    })
    await updateGroupPolicy(deps, { groupId: group.id, policy: next, version: group.version }, 'test')
    return next
  }

  async function setSettings(change: Partial<ServerSettings>): Promise<ServerSettings> {
    const { settings: before, version } = await serverSettings(store.db)
    const settings = serverSettingsSchema.parse({ ...before, ...change })
    await store.transact([settingsLock, 'audit'], (tx) =>
      changeServerSettings(tx, deps, { settings, version }, 'test'),
    )
    return settings
  }

  await setPolicy({ ...policy, limits: { signInsPerNetworkPerMinute: 10_000, ...policy.limits } })

  return {
    deps,
    store,
    clock,
    handlers,
    /** Everything that went out, on any channel, oldest first. */
    messages: fake.sent,
    /** Channels, failures and who checks codes (server/senders/messages.fixture.ts). */
    sending: fake.control,
    /** References that a verifying provider was asked about. */
    checked: fake.checked,
    logged,
    hashCount: counted.count,
    administrator,
    setPolicy,
    setSettings,
    newUser: (loginName: string) => newUser(deps, loginName),
    signIn: (loginName: string, options: SignInOptions = {}) => startedBy(handlers, deps, loginName, options),
    as: (transactionToken: string) => answering(handlers, deps, transactionToken, origin),
    inSession: (sessionToken: string, from = origin) => insideSession(handlers, deps, sessionToken, from),
    /** The digits of the last message to a number or address. */
    passcode: (to: string, channel?: Channel) => fake.passcodeTo(to, channel),
    totp: (secret: string) => totpAt(secret, Math.floor(clock.nowMs() / 30_000)),
  }
}

export type TestAuth = Awaited<ReturnType<typeof openTestAuth>>
export type DeepPartialPolicy = Partial<Omit<Policy, 'limits'>> & { readonly limits?: Partial<Limits> }

export interface SignInOptions {
  /** What its window speaks. */
  readonly language?: Language
  readonly password?: string
  readonly device?: TestDevice
  readonly keepSignedIn?: boolean
  readonly from?: Origin
  readonly kind?: ClientKind
  readonly knows?: string[]
}

/** A user with a password of their own and no factor; `add…` register without the walk through the screens. */
async function newUser(deps: AuthDeps, loginName: string) {
  const { userId } = await createUser(deps, { loginName, kind: 'backup' }, 'test')
  const passwordHash = await deps.hashes.hash(password)
  await deps.store.db
    .updateTable('users')
    .set({ passwordHash, mustChangePassword: 0, passwordExpiresAt: null })
    .where('id', '=', userId)
    .execute()
  return {
    userId,
    loginName,
    addPhone: async (phoneNumber: string, label = 'Phone', isProven: 0 | 1 = 1) =>
      await addFactor(deps, userId, { method: 'sms', label, phoneNumber, isProven }),
    addEmail: async (emailAddress: string, label = 'E-mail', isProven: 0 | 1 = 1) =>
      await addFactor(deps, userId, { method: 'email', label, emailAddress, isProven }),
    addTotp: async (label = 'Authenticator app') => {
      const secret = newTotpSecret()
      const id = newId<FactorId>('fac')
      const secretSealed = deps.serverKey.seal(secret, secretContext(userId, id))
      await addFactor(deps, userId, { id, method: 'totp', label, secretSealed })
      return { id, secret }
    },
    addDevice: async () => await addDevice(deps, userId),
  }
}

async function addFactor(
  deps: AuthDeps,
  userId: UserId,
  factor: {
    id?: FactorId
    method: 'sms' | 'totp' | 'email'
    label: string
    phoneNumber?: string
    emailAddress?: string
    secretSealed?: string
    isProven?: 0 | 1
  },
): Promise<FactorId> {
  const id = factor.id ?? newId<FactorId>('fac')
  // Added one after the other, so that their order is known.
  const before = await deps.store.db.selectFrom('factors').select('id').where('userId', '=', userId).execute()
  await deps.store.db
    .insertInto('factors')
    .values({
      id,
      userId,
      method: factor.method,
      label: factor.label,
      phoneNumber: factor.phoneNumber ?? null,
      emailAddress: factor.emailAddress ?? null,
      secretSealed: factor.secretSealed ?? null,
      lastTotpStep: null,
      isProven: factor.isProven ?? 1,
      addedAt: deps.clock.nowMs() + before.length,
      lastUsedAt: null,
    })
    .execute()
  return id
}

export interface TestDevice {
  readonly id: DeviceId
  /** @param serverAddress whom its client speaks to; another one than ours is somebody who passes our nonce on */
  readonly prove: (
    loginName: string,
    serverAddress?: string,
  ) => { deviceId: DeviceId; nonce: string; serverAddress: string; signature: string }
}

async function addDevice(deps: AuthDeps, userId: UserId): Promise<TestDevice> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const id = newId<DeviceId>('dev')
  await deps.store.db
    .insertInto('devices')
    .values({
      id,
      userId,
      name: 'pc-1',
      platform: 'linux',
      publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
      enrolledAt: deps.clock.nowMs(),
      lastSeenAt: null,
      lastAddress: null,
      revokedAt: null,
      trustedUntil: null,
    })
    .execute()
  const prove = (loginName: string, serverAddress = 'https://cbs.example') => {
    const { nonce } = issueNonce(deps)
    const text = deviceProof.signIn({ nonce, deviceId: id, loginName, serverAddress })
    const signature = sign(null, Buffer.from(text), privateKey).toString('base64url')
    return { deviceId: id, nonce, serverAddress, signature }
  }
  return { id, prove }
}

type AllHandlers = ReturnType<typeof authHandlers>

async function startedBy(handlers: AllHandlers, deps: AuthDeps, loginName: string, options: SignInOptions) {
  const input = {
    loginName,
    password: options.password ?? password,
    client: { ...client, kind: options.kind ?? client.kind, knows: options.knows ?? client.knows },
    keepSignedIn: options.keepSignedIn ?? false,
    ...(options.device === undefined ? {} : { device: options.device.prove(loginName) }),
  }
  const { language } = options
  const spoken = { ...input.client, ...(language === undefined ? {} : { language }) }
  const reply = await handlers.signInStart(
    { ...input, client: spoken },
    {
      origin: options.from ?? origin,
      caller: undefined,
    },
  )
  return { ...reply, ...answering(handlers, deps, reply.transactionToken, options.from ?? origin) }
}

/** Answers as a client that holds this token gives them, its permission check included. */
function answering(handlers: AllHandlers, deps: AuthDeps, token: string, from: Origin) {
  const call = async () => ({
    origin: from,
    caller: { transaction: await authenticateTransaction(deps, token) },
  })
  return {
    changePassword: async (newPassword: string) =>
      (await handlers.signInChangePassword({ newPassword }, await call())).step,
    choose: async (factorId: FactorId, channel?: PhoneChannel) =>
      (await handlers.chooseMethod({ factorId, ...(channel === undefined ? {} : { channel }) }, await call()))
        .step,
    chooseAnother: async () => (await handlers.chooseAnother({}, await call())).step,
    resend: async (channel?: PhoneChannel) =>
      (await handlers.resend(channel === undefined ? {} : { channel }, await call())).step,
    prove: async (code: string, trustDevice = false) =>
      (await handlers.prove({ code, trustDevice }, await call())).step,
    enrol: async (enrolment: Enrolment) => (await handlers.startEnrolment(enrolment, await call())).step,
    skip: async (dontShowAgain = false) =>
      (await handlers.skipEnrolment({ dontShowAgain }, await call())).step,
    cancel: async () => await handlers.cancelTransaction({}, await call()),
  }
}

function insideSession(handlers: AllHandlers, deps: AuthDeps, token: string, from: Origin) {
  const call = async () => ({ origin: from, caller: await authenticateSession(deps, token, from) })
  const begun = (reply: { transactionToken: string; step: Step }) => ({
    ...reply,
    ...answering(handlers, deps, reply.transactionToken, from),
  })
  return {
    call,
    me: async () => await handlers.me({}, await call()),
    setLanguage: async (language: Language) => await handlers.setLanguage({ language }, await call()),
    stepUp: async (operation: Operation) => begun(await handlers.stepUp({ operation }, await call())),
    enrol: async (enrolment: Enrolment, grantToken?: string) =>
      begun(
        await handlers.enrolFactor(
          { enrolment, ...(grantToken === undefined ? {} : { grantToken }) },
          await call(),
        ),
      ),
    factors: async () => await handlers.factors({}, await call()),
    remove: async (factorId: FactorId, grantToken: string) =>
      await handlers.removeFactor({ factorId, grantToken }, await call()),
    optOut: async (grantToken: string) => await handlers.optOut({ grantToken }, await call()),
    regenerate: async (grantToken: string) =>
      (await handlers.regenerateBackupCodes({ grantToken }, await call())).backupCodes,
    changePassword: async (currentPassword: string, newPassword: string, grantToken?: string) =>
      await handlers.changePassword(
        { currentPassword, newPassword, ...(grantToken === undefined ? {} : { grantToken }) },
        await call(),
      ),
  }
}

/** Counts argon2 runs: equal work is compared by number, not by time. */
function countingPool(inner: HashPool): { pool: HashPool; count: () => number } {
  let count = 0
  return {
    count: () => count,
    pool: {
      hash: (value) => ((count += 1), inner.hash(value)),
      verify: (stored, value) => ((count += 1), inner.verify(stored, value)),
      derive: (values, salt) => ((count += values.length), inner.derive(values, salt)),
    },
  }
}

/** The step, known to be of this kind. */
export function stepOf<K extends Step['kind']>(step: Step, kind: K): Extract<Step, { kind: K }> {
  if (step.kind !== kind) throw new Error(`The step is ${step.kind}, not ${kind}.`)
  return step as Extract<Step, { kind: K }>
}

/** The code of the AppError that work ends with; `done` when it ends with none. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | 'done'> {
  return await problemOf(work).then((problem) => problem?.code ?? 'done')
}

export async function problemOf(work: Promise<unknown>): Promise<AppError | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
