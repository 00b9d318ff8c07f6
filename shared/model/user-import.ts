import { z } from 'zod'
import {
  audienceSchema,
  loginNameSchema,
  secondFactorRuleSchema,
  subscriptionSchema,
  typedPhoneNumberSchema,
  userStatusSchema,
} from './account.ts'
import { displayNameSchema, emailSchema, oneTimePasswordSchema } from './administration.ts'
import { importedLanguageSchema } from './language.ts'
import { problemSchema } from '../errors.ts'
import { userIdSchema } from './ids.ts'

/** Lines of one file: what one transaction takes while others wait for it. */
export const importLinesMax = 2000
/** Each one-time password costs a hash; beyond this a request would outlast its caller's patience. */
export const importPasswordsMax = 500
export const importTextMax = 4_000_000

/** One user of a file. There is no field that gives power: system users are not imported. */
export const importRowSchema = z
  .strictObject({
    loginName: loginNameSchema.meta({ description: 'Unique, in any spelling' }),
    displayName: displayNameSchema.optional().meta({ description: 'The login name where left out' }),
    phones: z.array(typedPhoneNumberSchema).max(5).optional().meta({
      description: 'With country code; several parted by ; or |. Each counts after its first right passcode',
    }),
    email: emailSchema.optional(),
    group: z.string().min(1).max(100).optional().meta({ description: 'Policy group by name; Default' }),
    status: userStatusSchema.optional(),
    clientVersion: z
      .string()
      .trim()
      .min(1)
      .max(40)
      .regex(/^[^\p{C}]*$/u)
      .optional()
      .meta({ description: 'Version of an old client without second factors, as your records have it' }),
    audience: audienceSchema.optional(),
    subscription: subscriptionSchema.optional(),
    secondFactor: secondFactorRuleSchema.optional(),
    language: importedLanguageSchema
      .optional()
      .meta({ description: 'Of messages; pt_BR and zh_CN are read too' }),
  })
  .meta({ id: 'ImportRow' })
export type ImportRow = z.infer<typeof importRowSchema>

export const importOptionsSchema = z.object({
  format: z.enum(['csv', 'json']),
  text: z.string().min(1).max(importTextMax),
  /** Says what would happen and changes nothing. */
  dryRun: z.boolean().default(false),
  /** What one line that cannot be taken does: stops the whole file, or only itself. */
  onProblem: z.enum(['nothing', 'skip']).default('nothing'),
  /** Also one-time passwords for everybody, shown this once. Without, each user gets one when it is issued. */
  withPasswords: z.boolean().default(false),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>

export const importReportSchema = z
  .object({
    madeCount: z.number().int(),
    refusedCount: z.number().int(),
    lines: z.array(
      z.object({
        /** Of the file, beginning with 1; in JSON the place in the list. */
        line: z.number().int(),
        loginName: z.string().nullable(),
        /** `ready`: would be made, and was not, because of a dry run or another line. */
        outcome: z.enum(['made', 'ready', 'refused']),
        problem: problemSchema.nullable(),
        userId: userIdSchema.nullable(),
        password: oneTimePasswordSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'ImportReport' })
export type ImportReport = z.infer<typeof importReportSchema>

export const exportFormatSchema = z.enum(['csv', 'json'])
export type ExportFormat = z.infer<typeof exportFormatSchema>
