import { z } from 'zod'

function isOrigin(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href
}

/** An origin that browsers take for secure: https, or plain HTTP to this computer. */
function isSecureOrigin(address: string): boolean {
  if (!isOrigin(address)) return false
  const url = new URL(address)
  return url.protocol === 'https:' || url.hostname === 'localhost'
}

/**
 * The server's configuration file (`holdfast.json` in the data folder). Everything that a person who took
 * over the console must not be able to change stands here and not in the database.
 */
export const serverConfigSchema = z.strictObject({
  /** Shown to users: in messages, in the authenticator app. One line: it must become no header of a mail. */
  name: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'one line without control characters')
    .default('Holdfast'),
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(8443),
    })
    .prefault({}),
  tls: z
    .strictObject({
      certificateFile: z.string(),
      keyFile: z.string(),
    })
    .nullable()
    .default(null),
  /**
   * The address that people's browsers know this server by, without a path. Passkeys are made for its host
   * and shown only on its pages; null = none are offered.
   */
  publicAddress: z
    .string()
    .max(300)
    .refine(isSecureOrigin, 'An https address without a path, or http://localhost with a port')
    .nullable()
    .default(null),
  /**
   * Further addresses that computers know this server by, and its next one before it moves: a computer's
   * proofs name the address that it was enrolled at, and count at another one only if it stands here.
   */
  otherAddresses: z
    .array(z.string().max(300).refine(isOrigin, 'An http or https address without a path'))
    .max(20)
    .default([]),
  /** Plain HTTP on an address that is not loopback. Passwords then travel readable. */
  allowPlainHttp: z.boolean().default(false),
  /** Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]),
  /** `postgres://…`; null = SQLite in the data folder. May be given as HOLDFAST_DATABASE_URL instead. */
  databaseUrl: z.string().nullable().default(null),
  sms: z
    .discriminatedUnion('provider', [
      /** Writes messages to a folder, for trying the product out. Refused in production. */
      z.strictObject({ provider: z.literal('outbox') }),
      z.strictObject({
        provider: z.literal('twilio'),
        accountSid: z.string().min(1),
        /** A file that holds the auth token, so that this file has no secret in it. */
        authTokenFile: z.string().min(1),
        /** A number in E.164 or a messaging service's SID. */
        sender: z.string().min(1),
        /** Another address of the same API; for tests. */
        baseUrl: z.url().default('https://api.twilio.com'),
      }),
      z.strictObject({ provider: z.literal('none') }),
    ])
    .default({ provider: 'none' }),
  /**
   * `test` and `staging` never send a real message, whatever the settings in the database say: also a copy of
   * a production database writes to the outbox there (seed Q360).
   */
  environment: z.enum(['production', 'trial', 'staging', 'test']).default('production'),
  /** No policy can set the retention lock below this many days. */
  retentionLockFloorDays: z.number().int().min(0).max(3650).default(7),
  argon2: z
    .strictObject({
      /** OWASP's minimum for argon2id is 19 MiB with two passes. */
      memoryKib: z.number().int().min(19_456).default(19_456),
      passes: z.number().int().min(2).default(2),
      /** Hashes at once; 0 = one for each core. */
      concurrency: z.number().int().min(0).max(64).default(0),
      /** Hashes that may wait before the server answers "busy". */
      maxWaiting: z.number().int().min(1).max(10_000).default(64),
    })
    .prefault({}),
  /** Pages that only programs on the server's own computer get unless this says otherwise. */
  publicPages: z
    .strictObject({ docs: z.boolean().default(false), metrics: z.boolean().default(false) })
    .prefault({}),
  logLevel: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
})
export type ServerConfig = z.infer<typeof serverConfigSchema>
