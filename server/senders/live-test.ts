import { z } from 'zod'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Language } from '../../shared/model/language.ts'
import type { SenderTestId } from '../../shared/model/ids.ts'
import { channelSchema, type Channel, type SenderTest } from '../../shared/model/sender.ts'
import { defaultGroupPolicy } from '../accounts/policies.ts'
import { appendAudit, type AuditEntry } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { maskPhoneNumber, readPhoneNumber } from '../factors/phone-numbers.ts'
import { isSameSecret, newId } from '../server-key.ts'
import { newPasscode, newPrefix } from '../sign-in/passcodes.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import type { Tx } from '../store/store.ts'
import { contentOf } from '../texts/content.ts'
import { textsFor } from '../texts/user-texts.ts'
import { countryRefusal } from './countries.ts'
import type { Verification } from './messages.ts'
import { sendsLock, takeSend } from './send-quotas.ts'
import type { ConfiguredMessages } from './sending.ts'

/** What a live test needs beside every subject's needs. */
export interface LiveTestDeps extends ServerDeps {
  readonly senders: ConfiguredMessages
}

export interface SenderTestInput {
  /** Of a sender that may also be switched off: it is tested before it is used. */
  readonly senderId: string
  readonly channel: Channel
  /** A telephone number as people type it, with country code, or an address of mail. */
  readonly to: string
  /** The source network that asks; null for a command on the server itself. */
  readonly network: string | null
  /** Of who tests; null = the server's. */
  readonly language: Language | null
}

const lifeMs = 10 * 60_000
const tries = 5

const verificationSchema = z.object({ senderId: z.string(), reference: z.string(), codeLength: z.number() })

/**
 * Really sends a passcode by one sender, so that a person sees that its settings are right. Counts as a message like
 * any other.
 *
 * @throws AppError INPUT_INVALID, NOT_FOUND, COUNTRY_NOT_ALLOWED, RATE_LIMITED, SEND_FAILED with what the provider
 *   said
 */
export async function startSenderTest(
  deps: LiveTestDeps,
  input: SenderTestInput,
  by: string,
): Promise<SenderTest> {
  const { channel, senderId } = input
  const recipient = recipientOf(channel, input.to)
  await deps.store.transact([sendsLock], (tx) => count(deps, tx, input, recipient))
  const digits = (await defaultGroupPolicy(deps.store.db)).limits.passcodeDigits
  const id = newId<SenderTestId>('snt')
  const passcode = newPasscode(digits)
  const prefix = newPrefix()
  const server = deps.config.name
  const texts = await textsFor(deps.store.db, input)
  const entry = { actor: by, target: senderId, details: { channel, testId: id } }
  let verification: Verification | null
  try {
    verification = await deps.senders.sendPasscodeBy(senderId, {
      channel,
      to: recipient.to,
      subject: texts.text('sender-test.subject', { server }),
      ...contentOf(texts, channel, ({ text }, shown) =>
        text('sender-test.text', { code: `${prefix}-${passcode}`, server: shown(server) }),
      ),
      passcode,
    })
  } catch (error) {
    const reason = error instanceof AppError ? String(error.details?.['reason'] ?? error.code) : 'unexpected'
    const details = { ...entry.details, reason }
    await recordTest(deps, { ...entry, action: 'sender.test-started', outcome: 'failed', details })
    throw error
  }
  const expiresAt = deps.clock.nowMs() + lifeMs
  await deps.store.transact(['audit'], async (tx) => {
    await tx.deleteFrom('senderTests').where('expiresAt', '<', deps.clock.nowMs()).execute()
    await tx
      .insertInto('senderTests')
      .values({
        id,
        senderId,
        channel,
        codeMac: verification === null ? codeMac(deps, id, passcode) : null,
        verification: verification === null ? null : JSON.stringify(verification),
        triesLeft: tries,
        expiresAt,
      })
      .execute()
    const at = deps.clock.nowMs()
    await appendAudit(tx, { ...entry, at, action: 'sender.test-started', outcome: 'ok' })
  })
  return {
    testId: id,
    maskedDestination: recipient.masked,
    prefix: verification === null ? prefix : null,
    codeLength: verification?.codeLength ?? digits,
    expiresAt: isoOf(expiresAt),
    isReal: deps.senders.isReal,
  }
}

/**
 * Takes the code that arrived. Resolves when it is right: the test was completed successfully.
 *
 * @throws AppError PASSCODE_WRONG with `triesLeft`, PASSCODE_EXPIRED (also after five wrong codes, and for a test that
 *   was completed), SEND_FAILED when the provider cannot be asked
 */
export async function finishSenderTest(
  deps: LiveTestDeps,
  given: { readonly testId: string; readonly code: string },
  by: string,
): Promise<void> {
  const test = await takeTry(deps, given.testId)
  // The letters before the code may be typed too.
  const digits = /\d+$/.exec(given.code.replaceAll(/[\s-]/g, ''))?.[0] ?? ''
  const verdict =
    test.codeMac === null
      ? await deps.senders.checkPasscode(
          verificationSchema.parse(JSON.parse(test.verification ?? '{}')),
          digits,
        )
      : isSameSecret(codeMac(deps, test.id, digits), test.codeMac)
        ? 'right'
        : 'wrong'
  const isOver = verdict !== 'wrong' || test.triesLeft === 0
  if (isOver) await deps.store.db.deleteFrom('senderTests').where('id', '=', test.id).execute()
  const { channel, senderId } = test
  await recordTest(deps, {
    actor: by,
    action: 'sender.test-completed',
    outcome: verdict === 'right' ? 'ok' : 'failed',
    target: senderId,
    details: { channel, testId: test.id, verdict },
  })
  if (verdict === 'right') return
  if (isOver) throw testOver()
  const details = { triesLeft: test.triesLeft }
  throw new AppError('PASSCODE_WRONG', 'This is not the code that was sent.', { details })
}

/** In one transaction, so that many requests at once have no more tries than one after the other. */
async function takeTry({ clock, store }: LiveTestDeps, testId: string) {
  return await store.transact([`sender-test:${testId}`], async (tx) => {
    const id = testId as SenderTestId
    const row = await tx.selectFrom('senderTests').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined || row.triesLeft <= 0 || clock.nowMs() >= row.expiresAt) throw testOver()
    const triesLeft = row.triesLeft - 1
    await tx.updateTable('senderTests').set({ triesLeft }).where('id', '=', id).execute()
    return { ...row, triesLeft }
  })
}

async function count(
  deps: LiveTestDeps,
  tx: Tx,
  { network }: SenderTestInput,
  recipient: Recipient,
): Promise<void> {
  const refusal = recipient.callingCode === 'email' ? null : await countryRefusal(tx, recipient.to)
  if (refusal !== null) throw refusal
  const { limits } = await defaultGroupPolicy(tx)
  const { callingCode, to } = recipient
  const send = {
    number: to,
    callingCode,
    network: network ?? 'this server',
    deviceId: null,
    registering: null,
  }
  const wait = await takeSend(tx, send, limits, limits, deps.clock.nowMs())
  if (wait !== null) throw rateLimited('No further test can be sent yet', wait)
}

interface Recipient {
  readonly to: string
  readonly callingCode: string
  readonly masked: string
}

function recipientOf(channel: Channel, typed: string): Recipient {
  if (!channelSchema.safeParse(channel).success) throw invalid('channel')
  if (channel !== 'email') {
    const { callingCode, number } = readPhoneNumber(typed, 'to')
    return { to: number, callingCode, masked: maskPhoneNumber(number) }
  }
  const address = z.email().max(254).safeParse(typed.trim())
  if (!address.success) throw invalid('to')
  const [name = '', domain = ''] = address.data.split('@')
  return { to: address.data, callingCode: 'email', masked: `${name.slice(0, 2)}•••@${domain}` }
}

function codeMac({ serverKey }: ServerDeps, id: SenderTestId, passcode: string): string {
  return serverKey.mac('sender test', `${id}:${passcode}`)
}

async function recordTest({ clock, store }: LiveTestDeps, entry: Omit<AuditEntry, 'at'>): Promise<void> {
  await store.transact(['audit'], (tx) => appendAudit(tx, { ...entry, at: clock.nowMs() }))
}

function testOver(): AppError {
  return new AppError('PASSCODE_EXPIRED', 'This test is over; start another one.')
}

function invalid(path: string): AppError {
  return new AppError('INPUT_INVALID', `Invalid input at ${path}.`, { details: { paths: [path] } })
}
