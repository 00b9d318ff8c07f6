import { z } from 'zod'

/** Proxies are reached by HTTP or HTTPS; both carry any connection (RFC 9110 9.3.6, CONNECT). */
const address = z.string().min(1).max(300)
/** Basic authentication has no way to send a name with a colon (RFC 7617 2). */
const loginName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^:\p{Cc}]+$/u)
/** Names, addresses or networks: `intranet.example`, `.example`, `192.0.2.7`, `192.0.2.0/24`, `*`. */
const exceptions = z
  .array(
    z
      .string()
      .min(1)
      .max(253)
      .regex(/^[^\s,]+$/),
  )
  .max(100)

/** How the client gets to its server, as it is stored and shown. The password is nowhere in it. */
export const proxySettingsSchema = z.discriminatedUnion('kind', [
  /** What the environment says: HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  z.object({ kind: z.literal('system') }),
  /** Directly, whatever the environment says. */
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('manual'),
    address,
    loginName: loginName.nullable().default(null),
    exceptions: exceptions.default([]),
  }),
])
export type ProxySettings = z.infer<typeof proxySettingsSchema>
export type ManualProxy = Extract<ProxySettings, { kind: 'manual' }>

/** The same as a person gives it. Without a password the kept one counts, for the same address and login name only. */
export const proxyChoiceSchema = z.discriminatedUnion('kind', [
  proxySettingsSchema.options[0],
  proxySettingsSchema.options[1],
  proxySettingsSchema.options[2].extend({
    password: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^\P{Cc}+$/u)
      .optional(),
  }),
])
export type ProxyChoice = z.infer<typeof proxyChoiceSchema>

export const proxyStatusSchema = z.object({
  settings: proxySettingsSchema,
  hasPassword: z.boolean(),
  /** `host:port` of the proxy on the way to the chosen server; null = there is none. */
  inUse: z.string().nullable(),
})
