import { z } from 'zod'
import { trialSettingsSchema } from './trial.ts'
import { languages, languageSchema } from './language.ts'

const flag = (description: string, fallback: boolean) => z.boolean().default(fallback).meta({ description })

export const modeSchema = z.enum(['any', 'sms', 'mobile'])

/**
 * What holds for the whole server and is set by its administrators; what even they must not change stands in
 * the configuration file. Each field is described, so that a form can be built from the schema.
 */
export const serverSettingsSchema = z
  .object({
    mode: modeSchema.default('any').meta({
      description:
        'Which family of methods may be used: any, only text messages and calls (sms), or only apps and passkeys (mobile). Going from sms to mobile erases phones and provider settings for good',
    }),
    requireSecondFactorFor: z
      .object({
        everybody: flag('Every account, whatever its group says', false),
        systemUsers: z.literal(true).default(true).meta({
          description: 'Accounts that administer: always, at every sign-in; nothing switches it off',
        }),
        desktopSignIns: flag(
          'Sign-ins from the desktop window and the terminal; a client states its own kind, so leaving the others out leaves their doors open',
          false,
        ),
        webSignIns: flag('Sign-ins from a web page', false),
        internalUsers: flag('Accounts marked as internal', false),
        externalUsers: flag('Accounts marked as external', false),
      })
      .prefault({})
      .meta({ description: 'Where a second factor is compulsory; each on its own, beside groups and users' }),
    pushNotifications: flag(
      'Whether paired phones are notified of a request through their browser’s push service; without it a request is seen when the page is open',
      true,
    ),
    pushServices: z
      .array(
        z
          .string()
          .max(253)
          .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/),
      )
      .max(20)
      .default([])
      .meta({
        description:
          'Further push services by host name, their subdomains included; those of Google, Mozilla, Apple and Microsoft are known',
      }),
    allowedCountries: z
      .array(z.string().regex(/^[A-Z]{2}$/))
      .max(250)
      .nullable()
      .default(null)
      .meta({
        description: 'Countries (ISO 3166-1 alpha-2) whose numbers get messages and calls; null = all',
      }),
    trial: trialSettingsSchema
      .prefault({})
      .meta({ description: 'Accounts on trial that people register themselves' }),
    defaultLanguage: languageSchema.default('en').meta({
      description: `Language of messages to users who have none of their own: ${languages.join(', ')}`,
    }),
  })
  .meta({ id: 'ServerSettings' })
export type ServerSettings = z.infer<typeof serverSettingsSchema>

/** What going to mobile mode would erase, or has erased. */
export const modeSwitchSchema = z
  .object({
    from: modeSchema,
    /** False in mobile mode already: there is no way back and none again. */
    isPossible: z.boolean(),
    /** Registered telephones. */
    phones: z.number().int(),
    /** Providers of text messages and calls. */
    senders: z.number().int(),
    /** Users who have nothing else registered, and register at their next sign-in. */
    usersToPair: z.number().int(),
    /** Those of them without a backup code: whoever has their password first registers. */
    usersByPasswordAlone: z.number().int(),
  })
  .meta({ id: 'ModeSwitch' })
export type ModeSwitch = z.infer<typeof modeSwitchSchema>
