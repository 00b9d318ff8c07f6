import { z } from 'zod'
import {
  factorSchema,
  loginNameSchema,
  sessionScopeSchema,
  systemRoleSchema,
  typedPhoneNumberSchema,
} from './account.ts'
import { bulkMax } from './administration.ts'
import { approvalSubjectSchema } from './approval.ts'
import {
  approvalIdSchema,
  backupSetIdSchema,
  challengeIdSchema,
  deviceIdSchema,
  factorIdSchema,
  instantSchema,
  repositoryIdSchema,
  senderIdSchema,
  userIdSchema,
} from './ids.ts'
import { languageSchema } from './language.ts'
import { passkeyRequestSchema } from './passkey.ts'
import { phoneApprovalSchema } from './push.ts'
import { authenticatorPresetSchema, codeMethodSchema, methodSchema, phoneChannelSchema } from './policy.ts'
import { modeSchema } from './server-settings.ts'

/** The one operation a step-up is for. A grant works for exactly this and once (ARCHITECTURE §5). */
export const operationSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('restore'), backupSetId: backupSetIdSchema }),
    z.object({ kind: z.literal('shorten-retention'), backupSetId: backupSetIdSchema }),
    z.object({ kind: z.literal('delete-set'), backupSetId: backupSetIdSchema }),
    z.object({ kind: z.literal('resume-brake'), backupSetId: backupSetIdSchema }),
    z.object({ kind: z.literal('change-factors') }),
    z.object({ kind: z.literal('change-password') }),
    /** Removes every registered method of the account. */
    z.object({ kind: z.literal('opt-out') }),
    z.object({ kind: z.literal('revoke-device'), deviceId: deviceIdSchema }),
    /** Makes the session `fresh` again (shared/contract.ts): sets and devices may change for a while. */
    z.object({ kind: z.literal('change-settings') }),
    z.object({ kind: z.literal('export-key') }),
    // What administrators do that cannot be taken back, or that gives power; each for the target it names.
    z.object({ kind: z.literal('reset-factors'), userId: userIdSchema }),
    /** A phone that somebody else enters is a second factor, so also the number is bound. */
    z.object({ kind: z.literal('add-phone'), userId: userIdSchema, phoneNumber: typedPhoneNumberSchema }),
    z.object({ kind: z.literal('suspend-users'), userIds: z.array(userIdSchema).min(1).max(bulkMax) }),
    z.object({ kind: z.literal('make-system-user'), loginName: loginNameSchema }),
    z.object({ kind: z.literal('change-role'), userId: userIdSchema, role: systemRoleSchema }),
    z.object({ kind: z.literal('make-token'), userId: userIdSchema }),
    z.object({ kind: z.literal('change-mode'), mode: modeSchema }),
    /** Null: a sender that is added. */
    z.object({ kind: z.literal('change-sender'), senderId: senderIdSchema.nullable() }),
    z.object({ kind: z.literal('remove-sender'), senderId: senderIdSchema }),
    /** Agrees, as the second administrator, to what another one asked for. */
    z.object({ kind: z.literal('approve'), approvalId: approvalIdSchema }),
    /** Closes an account and erases it when the retention lock ends. */
    z.object({ kind: z.literal('delete-user'), userId: userIdSchema }),
    /** Ends the retention lock of a repository’s trash early; also takes two administrators. */
    z.object({ kind: z.literal('purge-trash'), repositoryId: repositoryIdSchema }),
    /** Of everybody on the server. */
    z.object({ kind: z.literal('end-all-sessions') }),
    z.object({ kind: z.literal('request-approval'), subject: approvalSubjectSchema }),
  ])
  .meta({ id: 'Operation' })
export type Operation = z.infer<typeof operationSchema>

/**
 * A registered way to prove identity, as the chooser shows it; the last used one comes first. A phone that can
 * get text messages and calls is two options with one `factorId`.
 */
export const methodOptionSchema = z
  .object({
    factorId: factorIdSchema,
    method: methodSchema,
    label: z.string(),
    maskedDestination: z.string().nullable(),
    isProven: z.boolean(),
    lastUsedAt: instantSchema.nullable(),
    codesLeft: z.number().int().nullable(),
  })
  .meta({ id: 'MethodOption' })
export type MethodOption = z.infer<typeof methodOptionSchema>

/** An open request for proof. Everything a screen needs to show it; nothing that helps to guess it. */
export const challengeSchema = z
  .object({
    challengeId: challengeIdSchema,
    method: codeMethodSchema,
    label: z.string(),
    maskedDestination: z.string().nullable(),
    /** Four capital letters that message and screen share (seed 0); null where nothing is sent. */
    prefix: z.string().nullable(),
    codeLength: z.number().int(),
    expiresAt: instantSchema,
    triesLeft: z.number().int(),
    /** Null where nothing is sent. */
    resendAvailableAt: instantSchema.nullable(),
    resendsLeft: z.number().int().nullable(),
    canChooseAnother: z.boolean(),
    /** How a new passcode can reach this phone; empty where nothing is sent to a phone. */
    channels: z.array(phoneChannelSchema),
  })
  .meta({ id: 'Challenge' })
export type Challenge = z.infer<typeof challengeSchema>

export const authenticatorAppSchema = z.object({
  preset: authenticatorPresetSchema,
  name: z.string().nullable(),
})
export type AuthenticatorApp = z.infer<typeof authenticatorAppSchema>

/** The steps that carry no token; interfaces see them as they are. */
const openSteps = [
  /** Answers: `changePassword`. */
  z.object({ kind: z.literal('change-password') }),
  /** Nothing registered, not compulsory. Answers: `startEnrolment`, `skipEnrolment`. */
  z.object({
    kind: z.literal('offer-enrolment'),
    methods: z.array(methodSchema),
    canDismiss: z.boolean(),
    /** From then on it is compulsory; null = never. */
    compulsoryFrom: instantSchema.nullable(),
  }),
  /** Nothing registered, compulsory. Answers: `startEnrolment`. */
  z.object({ kind: z.literal('must-enrol'), methods: z.array(methodSchema) }),
  /**
   * A legacy client, which may back up until then without a second factor and do nothing else. Answers:
   * `skipEnrolment` (go on so), `chooseAnother` (prove or register a second factor now).
   */
  z.object({ kind: z.literal('offer-legacy'), until: instantSchema }),
  /** Answers: `chooseMethod`. */
  z.object({
    kind: z.literal('choose-method'),
    options: z.array(methodOptionSchema),
    /** Somebody who can use none of them may recover by phone. Absent = ask the administrator. */
    canRecover: z.boolean().optional(),
  }),
  /** Asks for the whole number of the recovery phone. Answers: `recoveryNumber`, `chooseAnother`. */
  z.object({
    kind: z.literal('recover-by-phone'),
    lastDigits: z.string(),
    waitHours: z.number().int(),
    /** The waiting time is over: the passcode now leads to registering a new method. */
    isReady: z.boolean(),
  }),
  /** Answers: `prove`, `resend`, `chooseAnother`. */
  z.object({ kind: z.literal('enter-code'), challenge: challengeSchema }),
  /** A new authenticator waits for its first code. Answers: `prove`, `chooseAnother`. */
  z.object({
    kind: z.literal('pair-authenticator'),
    challenge: challengeSchema,
    otpauthUri: z.string(),
    secretBase32: z.string(),
    issuer: z.string(),
    accountName: z.string(),
    /** The app that the administrator chose, and its name where it is another one. */
    app: authenticatorAppSchema,
  }),
  /** Answers: `startHandOff`, `finishHandOff`, `cancelHandOff`, `chooseAnother`. */
  z.object({ kind: z.literal('use-passkey'), passkey: passkeyRequestSchema }),
  /** A new passkey waits to be made, in the same way. */
  z.object({ kind: z.literal('register-passkey'), passkey: passkeyRequestSchema }),
  /** A paired phone is asked; its owner types the number there. Answers: `awaitPhone`, `askPhone`, `chooseAnother`. */
  z.object({ kind: z.literal('approve-on-phone'), approval: phoneApprovalSchema }),
  /** A phone is to open the address, and to approve once. Answers: the same. */
  z.object({ kind: z.literal('pair-phone'), approval: phoneApprovalSchema }),
  /** The end of registering a method from inside a session. */
  z.object({
    kind: z.literal('enrolled'),
    factor: factorSchema,
    /** New backup codes to be saved now; shown this once. */
    backupCodes: z.array(z.string()).nullable(),
  }),
  /** A recovery waits. Whoever signs in, or holds a cancel link, can stop it until then. */
  z.object({ kind: z.literal('recovery-waiting'), readyAt: instantSchema, endsAt: instantSchema }),
  /** A new recovery phone or mail address was proven and counts from now on. */
  z.object({
    kind: z.literal('contact-proven'),
    contact: z.enum(['recovery-phone', 'email']),
    maskedDestination: z.string(),
  }),
  /** A forgotten password was replaced; signing in is next. */
  z.object({ kind: z.literal('password-changed') }),
] as const

/** The end of signing in. The token is shown this once. */
const signedInStep = z.object({
  kind: z.literal('signed-in'),
  sessionToken: z.string(),
  scope: sessionScopeSchema,
  expiresAt: instantSchema,
  /** New backup codes to be saved now, when this sign-in enrolled the first method; shown this once. */
  backupCodes: z.array(z.string()).nullable(),
})

/** The end of a step-up. Works once, for this operation, in this session. */
const grantedStep = z.object({
  kind: z.literal('granted'),
  operation: operationSchema,
  grantToken: z.string(),
  expiresAt: instantSchema,
})

/**
 * Where a transaction stands. A client shows the step and sends one of the answers it allows; it never
 * decides what comes next (ARCHITECTURE §4).
 */
export const stepSchema = z
  .discriminatedUnion('kind', [...openSteps, signedInStep, grantedStep])
  .meta({ id: 'Step' })
export type Step = z.infer<typeof stepSchema>
export type StepKind = Step['kind']

/** A step as an interface sees it: tokens stay in core. */
export const clientStepSchema = z.discriminatedUnion('kind', [
  ...openSteps,
  signedInStep.omit({ sessionToken: true }),
  grantedStep.omit({ grantToken: true }),
])
export type ClientStep = z.infer<typeof clientStepSchema>

/** The steps that end a transaction. */
export const finalSteps = [
  'signed-in',
  'granted',
  'enrolled',
  'recovery-waiting',
  'contact-proven',
  'password-changed',
] as const satisfies readonly StepKind[]

export const enrolmentSchema = z
  .discriminatedUnion('method', [
    /** A phone is registered by a text message or a call, and can be reached by both afterwards. */
    z.object({
      method: phoneChannelSchema,
      phoneNumber: z.string().min(7).max(32),
      label: z.string().max(60).optional(),
    }),
    z.object({
      method: z.literal('email'),
      emailAddress: z.string().min(3).max(254),
      label: z.string().max(60).optional(),
    }),
    z.object({ method: z.literal('totp'), label: z.string().max(60).optional() }),
    z.object({ method: z.literal('push'), label: z.string().max(60).optional() }),
    z.object({ method: z.literal('passkey'), label: z.string().max(60).optional() }),
  ])
  .meta({ id: 'Enrolment' })
export type Enrolment = z.infer<typeof enrolmentSchema>

/**
 * What a client says it is: the desktop window, the terminal, a web page, or a program. A claim: it can bring a
 * demand upon its sign-in and take none away that the request itself shows.
 */
export const clientKindSchema = z.enum(['window', 'terminal', 'page', 'api'])
export type ClientKind = z.infer<typeof clientKindSchema>

/**
 * Set by whoever serves the interface to a browser, for every request that begins a sign-in, whatever the browser
 * sent: the server then counts it as a web sign-in too.
 */
export const fromPageSchema = z.literal(true).optional()

/** A claim of a client, shown to people who decide by it, and stored: one line without control characters. */
const claim = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u)

export const clientInfoSchema = z
  .object({
    name: claim(60),
    version: claim(40),
    platform: claim(40),
    hostName: claim(255),
    /** What a window speaks, for messages to its user: the server keeps it when signing in is proven. */
    language: languageSchema.optional(),
    /** Left out it counts as every kind, whichever demands most. */
    kind: clientKindSchema.default('api'),
    /** Methods that came later and that this client can show; it is not offered others of those. */
    knows: z.array(z.string().max(30)).max(20).optional(),
  })
  .meta({ id: 'ClientInfo' })
export type ClientInfo = z.infer<typeof clientInfoSchema>
