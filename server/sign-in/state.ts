import { z } from 'zod'
import {
  challengeIdSchema,
  factorIdSchema,
  phoneRequestIdSchema,
  recoveryIdSchema,
} from '../../shared/model/ids.ts'
import { codeMethodSchema } from '../../shared/model/policy.ts'

/** Why a transaction is over; the client shows the sign-in form again with this as its reason. */
export const endReasonSchema = z.enum(['expired', 'too-many-tries', 'cancelled', 'finished', 'denied'])
export type EndReason = z.infer<typeof endReasonSchema>

const verificationSchema = z.object({
  senderId: z.string(),
  reference: z.string(),
  codeLength: z.number().int(),
})

/** A request for proof that waits for its code. */
const openChallengeSchema = z.object({
  id: challengeIdSchema,
  method: codeMethodSchema,
  label: z.string(),
  /** The registered method, or the one that this proof will register. */
  factorId: factorIdSchema,
  /** What the proof is good for: a second factor, coming back by the recovery phone, or a new contact. */
  use: z.enum(['factor', 'recovery', 'recovery-phone', 'email']).default('factor'),
  /** Registers a method when it is proven. */
  isNew: z.boolean(),
  phoneNumber: z.string().nullable(),
  emailAddress: z.string().nullable().default(null),
  /** A new authenticator's secret, sealed to its future row. */
  secretSealed: z.string().nullable(),
  prefix: z.string().nullable(),
  codeLength: z.number().int(),
  /** Only of passcodes that were sent; null = withdrawn, made by a provider, or nothing is sent. */
  codeMac: z.string().nullable(),
  /** A passcode that a provider made and checks; its name there is no secret and proves nothing by itself. */
  verification: verificationSchema.nullable().default(null),
  expiresAt: z.number(),
})
export type OpenChallenge = z.infer<typeof openChallengeSchema>

/** A request for a passkey, which a page in a browser answers (server/passkeys). */
const openPasskeySchema = z.object({
  id: challengeIdSchema,
  label: z.string(),
  /** The method that this proof will register; null = any registered passkey may answer. */
  newFactorId: factorIdSchema.nullable(),
})
export type OpenPasskey = z.infer<typeof openPasskeySchema>

/** A request that a phone answers (server/push). */
const openPushSchema = z.object({
  id: challengeIdSchema,
  requestId: phoneRequestIdSchema,
  /** The paired phone, or the method that this proof will register. */
  factorId: factorIdSchema,
  /** Null = the name that a new phone gives itself. */
  label: z.string().nullable(),
  isNew: z.boolean(),
})
export type OpenPush = z.infer<typeof openPushSchema>

/**
 * The state machine's own memory. Invariants:
 *
 * 1. `challenge` is there exactly at `enter-code` and `pair-authenticator`.
 * 2. `passkey` is there exactly at `use-passkey` and `register-passkey`.
 * 3. `push` is there exactly at `approve-on-phone` and `pair-phone`.
 * 4. `endReason` is there exactly at `ended`; nothing leads out of `ended`.
 * 5. Whoever is past `change-password` never comes back to it.
 * 6. `answers` only grows.
 */
export const stateSchema = z.object({
  at: z.enum([
    'change-password',
    'offer-enrolment',
    'must-enrol',
    'offer-legacy',
    'choose-method',
    'recover-by-phone',
    'enter-code',
    'pair-authenticator',
    'use-passkey',
    'register-passkey',
    'approve-on-phone',
    'pair-phone',
    'ended',
  ]),
  challenge: openChallengeSchema.nullable(),
  passkey: openPasskeySchema.nullable().default(null),
  push: openPushSchema.nullable().default(null),
  /** Where `chooseAnother` leads; null where there is no choice. */
  back: z.enum(['offer-enrolment', 'must-enrol', 'choose-method']).nullable(),
  /** Messages of this transaction by number: how many, and when the next is due. */
  sends: z.record(z.string(), z.object({ count: z.number().int(), nextAt: z.number() })),
  /** How many answers it has had (`maxAnswers`). Rows from before this was counted have none. */
  answers: z.number().int().default(0),
  /** How often a provider was asked about a code: never more often than there are tries. */
  asked: z.number().int().default(0),
  /** A backup code was right and a method is to be registered before the session (users.mustPair). */
  isProven: z.boolean().default(false),
  /** Refusals of which the audit log has an entry already, as `action:reason`. */
  recorded: z.array(z.string()).default([]),
  /** The recovery whose waiting time is over: what is registered now replaces everything that was lost. */
  recoveryId: recoveryIdSchema.nullable().default(null),
  endReason: endReasonSchema.nullable(),
})
export type State = z.infer<typeof stateSchema>
export type Place = State['at']
/** Where nothing waits for a proof. */
export type PlainPlace = 'change-password' | 'offer-legacy' | 'recover-by-phone' | NonNullable<State['back']>

/** What no step of a transaction may forget. */
export type Carried = Pick<State, 'sends' | 'answers' | 'asked' | 'isProven' | 'recorded' | 'recoveryId'>

const nothingYet: Carried = {
  sends: {},
  answers: 0,
  asked: 0,
  isProven: false,
  recorded: [],
  recoveryId: null,
}

export function carriedOf({ sends, answers, asked, isProven, recorded, recoveryId }: State): Carried {
  return { sends, answers, asked, isProven, recorded, recoveryId }
}

export function stateAt(at: PlainPlace, carried: Carried = nothingYet): State {
  return { ...carried, at, challenge: null, passkey: null, push: null, back: null, endReason: null }
}

export function endedState(endReason: EndReason): State {
  return { ...nothingYet, at: 'ended', challenge: null, passkey: null, push: null, back: null, endReason }
}
