import { z } from 'zod'
import { instantSchema, senderIdSchema, senderTestIdSchema } from './ids.ts'

/** How a message reaches a person. `voice` reads it out over the phone. */
export const channels = ['sms', 'voice', 'email'] as const
export const channelSchema = z.enum(channels)
export type Channel = z.infer<typeof channelSchema>

/** Stands for a secret that is stored when settings are read; written back, it means "unchanged". */
export const maskedSecret = '********'

/** No control characters and no line breaks: what stands here ends in headers and addresses. */
const line = (description: string, max = 200) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
    .meta({ description })

const secret = (description: string) =>
  z
    .string()
    .min(1)
    .max(500)
    .regex(/^[^\p{C}]*$/u)
    .meta({ description, secret: true })

/** https to anywhere, http to this computer only; neither credentials nor a fragment. */
const safeAddress =
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)(?:[/?][^\s#\\]*)?$/

/** Credentials travel to it. */
const address = (description: string) =>
  z
    .url()
    .max(500)
    .regex(safeAddress, 'https, or http to this computer; without user name or fragment')
    .meta({ description, destination: true })

const apiAddress = (usual: string) =>
  address('').default(usual).meta({ description: 'Address of the API', destination: true })

const outboxSettings = z.object({ provider: z.literal('outbox') }).meta({
  title: 'Outbox',
  description: 'Writes messages to a folder of the server, for trying out; production refuses it',
})

const twilioSettings = z
  .object({
    provider: z.literal('twilio'),
    accountSid: line('Account SID, begins with AC'),
    authToken: secret('Auth token of the account'),
    sender: line('A number in E.164 that the account owns, or a messaging service (MG…, text messages only)'),
    baseUrl: apiAddress('https://api.twilio.com'),
  })
  .meta({ title: 'Twilio', description: 'Text messages and calls by a Twilio account' })

const twilioVerifySettings = z
  .object({
    provider: z.literal('twilio-verify'),
    accountSid: line('Account SID, begins with AC'),
    authToken: secret('Auth token of the account'),
    serviceSid: line('SID of the Verify service, begins with VA; it also sets how long codes are'),
    baseUrl: apiAddress('https://verify.twilio.com'),
  })
  .meta({
    title: 'Twilio Verify',
    description: 'Makes, sends and checks passcodes itself; sends no notices. Fraud Guard is set at Twilio',
  })

const textMagicSettings = z
  .object({
    provider: z.literal('textmagic'),
    username: line('User name of the API'),
    apiKey: secret('Key of the API'),
    sender: line('A number bought at TextMagic'),
    baseUrl: apiAddress('https://rest.textmagic.com'),
  })
  .meta({ title: 'TextMagic', description: 'Text messages by TextMagic' })

const clickSendSettings = z
  .object({
    provider: z.literal('clicksend'),
    username: line('User name of the API'),
    apiKey: secret('Key of the API'),
    sender: line('')
      .nullable()
      .default(null)
      .meta({ description: 'A number or name of yours; left out, a shared number sends' }),
    voiceLanguage: line('', 10)
      .default('en-us')
      .meta({ description: 'How a language is spoken in calls, such as en-gb' }),
    baseUrl: apiAddress('https://rest.clicksend.com'),
  })
  .meta({ title: 'ClickSend', description: 'Text messages and calls by ClickSend' })

const snsSettings = z
  .object({
    provider: z.literal('sns'),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,30}$/)
      .meta({ description: 'Region, such as eu-central-1', destination: true }),
    accessKeyId: line('Access key ID of a user that may only sns:Publish'),
    secretAccessKey: secret('Secret access key'),
    senderId: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,10}$/)
      .nullable()
      .default(null)
      .meta({
        description:
          'Name shown as the sender, where the country allows it: a letter, then up to 10 letters and digits',
      }),
    endpoint: address('')
      .nullable()
      .default(null)
      .meta({ description: 'Another address of the API', destination: true }),
  })
  .meta({ title: 'Amazon SNS', description: 'Text messages by Amazon Simple Notification Service' })

const webhookSettings = z
  .object({
    provider: z.literal('webhook'),
    url: address('Where each message is posted to'),
    key: secret('')
      .refine((text) => text.length >= 32 || text === maskedSecret, 'at least 32 characters')
      .meta({
        description: 'Signs each request (HMAC-SHA256); your service checks it. At least 32 characters',
        secret: true,
      }),
  })
  .meta({ title: 'Webhook', description: 'Your own service: gets each message as signed JSON' })

const smtpSettings = z
  .object({
    provider: z.literal('smtp'),
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,253}$/)
      .meta({ description: 'Name of the mail server', destination: true }),
    port: z.number().int().min(1).max(65_535).default(465).meta({ description: 'Port', destination: true }),
    encryption: z.enum(['tls', 'starttls']).default('tls').meta({
      description: 'tls (465) or starttls (587); the certificate is always checked',
      destination: true,
    }),
    certificate: z
      .string()
      .max(20_000)
      .startsWith('-----BEGIN CERTIFICATE-----')
      .nullable()
      .default(null)
      .meta({
        description: 'PEM of an authority of your own to trust beside the public ones',
        destination: true,
      }),
    username: line('').nullable().default(null).meta({ description: 'User name; left out, nobody signs in' }),
    password: secret('').nullable().default(null).meta({ description: 'Password', secret: true }),
    from: z.email().max(254).meta({ description: 'Address that mails come from' }),
    fromName: line('', 60).nullable().default(null).meta({ description: 'Name that mails come from' }),
  })
  .meta({ title: 'SMTP', description: 'Mail by a mail server' })

/** Every provider's settings, so that a form can be built: `secret` and `destination` are in the meta data. */
export const providerSettingsSchema = z.discriminatedUnion('provider', [
  twilioSettings,
  twilioVerifySettings,
  textMagicSettings,
  clickSendSettings,
  snsSettings,
  webhookSettings,
  smtpSettings,
  outboxSettings,
])
export type ProviderSettings = z.infer<typeof providerSettingsSchema>
export type ProviderName = ProviderSettings['provider']
export type SettingsOf<P extends ProviderName> = Extract<ProviderSettings, { provider: P }>

/** What each provider can do. */
export const providerChannels: Readonly<Record<ProviderName, readonly Channel[]>> = {
  twilio: ['sms', 'voice'],
  'twilio-verify': ['sms', 'voice'],
  textmagic: ['sms'],
  clicksend: ['sms', 'voice'],
  sns: ['sms'],
  webhook: ['sms', 'voice', 'email'],
  smtp: ['email'],
  outbox: ['sms', 'voice', 'email'],
}

/** What is kept sealed and never shown. */
export const secretFields = {
  twilio: ['authToken'],
  'twilio-verify': ['authToken'],
  textmagic: ['apiKey'],
  clicksend: ['apiKey'],
  sns: ['secretAccessKey'],
  webhook: ['key'],
  smtp: ['password'],
  outbox: [],
} as const satisfies { readonly [P in ProviderName]: readonly (keyof SettingsOf<P>)[] }

/** Where the secrets are sent, and how. Whoever changes it must know the secrets: a mask goes nowhere new. */
export const destinationFields = {
  twilio: ['baseUrl'],
  'twilio-verify': ['baseUrl'],
  textmagic: ['baseUrl'],
  clicksend: ['baseUrl'],
  sns: ['region', 'endpoint'],
  webhook: ['url'],
  smtp: ['host', 'port', 'encryption', 'certificate'],
  outbox: [],
} as const satisfies { readonly [P in ProviderName]: readonly (keyof SettingsOf<P>)[] }

export const providerNames = Object.keys(providerChannels) as readonly ProviderName[]

export const senderDraftSchema = z
  .object({
    name: line('What administrators call it', 60),
    channels: z.array(channelSchema).min(1).max(3).meta({ description: 'What it is used for' }),
    order: z.number().int().min(1).max(99).default(1).meta({
      description: 'The lowest is tried first; the next one when that one does not take a message (1–99)',
    }),
    isEnabled: z.boolean().default(true).meta({ description: 'Whether it is used at all' }),
    settings: providerSettingsSchema,
  })
  .superRefine(({ channels: chosen, settings }, context) => {
    const able = providerChannels[settings.provider]
    for (const [index, channel] of chosen.entries()) {
      if (!able.includes(channel) || chosen.indexOf(channel) !== index) {
        context.addIssue({
          code: 'custom',
          message: 'not a channel of this provider',
          path: ['channels', index],
        })
      }
    }
  })
  .meta({ id: 'SenderDraft' })
export type SenderDraft = z.infer<typeof senderDraftSchema>

/** The sender that the configuration file names: shown, used last, changed in the file only. */
export const configuredSenderId = 'configuration-file'

/** A configured way to send. Secrets in `settings` read as `maskedSecret`. */
export const senderSchema = z
  .object({
    id: z.union([senderIdSchema, z.literal(configuredSenderId)]),
    name: z.string(),
    channels: z.array(channelSchema),
    order: z.number().int(),
    isEnabled: z.boolean(),
    settings: providerSettingsSchema,
    version: z.number().int(),
    isReadOnly: z.boolean(),
  })
  .meta({ id: 'Sender' })
export type Sender = z.infer<typeof senderSchema>

/** A passcode is on its way to show that a sender works. */
export const senderTestSchema = z
  .object({
    testId: senderTestIdSchema,
    maskedDestination: z.string(),
    prefix: z.string().nullable(),
    codeLength: z.number().int(),
    expiresAt: instantSchema,
    /** A test or staging server writes to its outbox instead. */
    isReal: z.boolean(),
  })
  .meta({ id: 'SenderTest' })
export type SenderTest = z.infer<typeof senderTestSchema>

/** Why a message was not taken. */
export const sendFailureReasons = [
  'number-refused',
  'provider-refused',
  'provider-busy',
  'provider-unreachable',
] as const
export type SendFailureReason = (typeof sendFailureReasons)[number]

/** One line of the record of a sender. */
export const senderCountSchema = z
  .object({
    /** UTC. */
    day: z.iso.date(),
    senderId: z.string(),
    provider: z.string(),
    channel: channelSchema,
    /** ISO 3166-1 alpha-2; null where the destination has none or nobody knows. */
    country: z.string().nullable(),
    outcome: z.enum(['sent', ...sendFailureReasons]),
    count: z.number().int(),
    /** Millionths of the currency's unit, as far as the provider told. */
    priceMicros: z.number().int(),
    currency: z.string().nullable(),
  })
  .meta({ id: 'SenderCount' })
export type SenderCount = z.infer<typeof senderCountSchema>
