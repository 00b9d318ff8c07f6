import { z } from 'zod'
import { bounded } from './policy.ts'

const gibibyte = 1024 ** 3

const domains = (description: string) =>
  z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .max(253)
        .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/),
    )
    .max(1000)
    .meta({ description: `${description}; a domain stands for those under it, too` })

/** Whether and how people register accounts on trial themselves. Off until an administrator switches it on. */
export const trialSettingsSchema = z.object({
  isOffered: z.boolean().default(false).meta({
    description: 'Whether anybody may register an account on trial; needs a provider of mail',
  }),
  days: bounded(7, 90, 30, 'Days from registering to the end of the account'),
  quotaBytes: z
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .nullable()
    .default(10 * gibibyte)
    .meta({
      description: 'Bytes that each of these accounts may store, trash included; null = as its group says',
    }),
  groupName: z
    .string()
    .min(1)
    .max(100)
    .default('Default')
    .meta({ description: 'Policy group that these accounts join; it cannot be deleted meanwhile' }),
  perDay: bounded(1, 10_000, 50, 'Accounts registered in a day on the whole server'),
  perNetworkPerDay: bounded(1, 1000, 5, 'Accounts registered in a day from one network'),
  mailsPerAddressPerDay: bounded(1, 20, 3, 'Mails in a day to one address that somebody registers'),
  allowedDomains: domains('Mail domains whose addresses may register; null = all').nullable().default(null),
  blockedDomains: domains('Mail domains whose addresses may not register').default([]),
  invitationCode: z.string().min(8).max(200).nullable().default(null).meta({
    description:
      'What everybody who registers must know, 8 characters or more; stored and shown only as a checksum. null = nothing',
  }),
})
export type TrialSettings = z.infer<typeof trialSettingsSchema>

/** What people are told of it before they register. */
export const trialOfferSchema = z
  .object({ days: z.number().int(), needsInvitation: z.boolean() })
  .meta({ id: 'TrialOffer' })
export type TrialOffer = z.infer<typeof trialOfferSchema>
