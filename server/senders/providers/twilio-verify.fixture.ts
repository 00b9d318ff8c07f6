import { basicCredentials, isForm, jsonAnswer, startStandIn, type StandIn } from '../stand-in.fixture.ts'
import { twilioAccount, twilioProblem } from './twilio.fixture.ts'

export const verifyService = 'VA00000000000000000000000000000000'

interface Pending {
  readonly sid: string
  readonly to: string
  readonly channel: string
  readonly locale: string
  readonly code: string
  readonly startedAt: number
  sends: number
  checks: number
}

export interface VerifyStandIn extends StandIn {
  /** Those that Twilio still knows. */
  readonly pending: Map<string, Pending>
  readonly codeOf: (to: string) => string
  /** Moves Twilio's clock. */
  pass(ms: number): void
  codeLength: number
  /** What the template of the channel is written in. */
  locales: readonly string[]
}

/** Some of https://www.twilio.com/docs/verify/supported-languages, with all that we send. */
const supportedLocales = ['en', 'en-GB', 'de', 'fr', 'es', 'pt', 'pt-BR', 'ja', 'zh', 'zh-CN', 'ar', 'nl']

/**
 * A stand-in for Twilio Verify, version 2, that takes only what its documentation describes:
 * fetching a service (https://www.twilio.com/docs/verify/api/service), starting and cancelling a verification
 * (https://www.twilio.com/docs/verify/api/verification) and checking it
 * (https://www.twilio.com/docs/verify/api/verification-check). A code lives for ten minutes, and the same one is
 * sent again in them; five starts for a number in ten minutes, then 429 with 60203; five checks, then 429 with
 * 60202; what was approved, has expired or met its limit is deleted, and asking about it is 404 with 20404
 * (https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts,
 * https://www.twilio.com/en-us/blog/test-verify-no-rate-limits).
 */
export async function startTwilioVerify(): Promise<VerifyStandIn> {
  const pending = new Map<string, Pending>()
  const { accountSid, authToken } = twilioAccount
  let nowMs = 0
  let count = 0
  const alive = (sid: string): Pending | undefined => {
    const found = pending.get(sid)
    if (found === undefined || nowMs - found.startedAt < 600_000) return found
    pending.delete(sid)
    return undefined
  }
  const standIn = await startStandIn((request) => {
    const given = basicCredentials(request)
    if (given?.user !== accountSid || given.password !== authToken)
      return twilioProblem(401, 20003, 'Authenticate')
    const path = new RegExp(
      `^/v2/Services/${verifyService}(/Verifications|/Verifications/VE\\d{32}|/VerificationCheck|)$`,
    ).exec(request.url)?.[1]
    if (path === undefined) return twilioProblem(404, 20404, 'Not found')
    if (path === '') {
      return request.method === 'GET'
        ? jsonAnswer(200, { sid: verifyService, friendly_name: 'Test', code_length: verify.codeLength })
        : twilioProblem(405, 20004, 'Method not allowed')
    }
    if (request.method !== 'POST') return twilioProblem(405, 20004, 'Method not allowed')
    if (!isForm(request)) return twilioProblem(415, 20001, 'Unsupported media type')
    const form = new URLSearchParams(request.body)
    const field = (name: string): string => form.get(name) ?? ''
    if (path === '/Verifications') {
      const [to, channel, locale] = [field('To'), field('Channel'), field('Locale')]
      if (!/^\+[1-9]\d{6,14}$/.test(to)) return twilioProblem(400, 60200, 'Invalid parameter `To`')
      if (!['sms', 'call'].includes(channel)) return twilioProblem(400, 60200, 'Invalid parameter `Channel`')
      if (locale !== '' && !verify.locales.includes(locale)) return twilioProblem(404, 20404, 'Not found')
      const known = [...pending.values()].find((each) => each.to === to && alive(each.sid) !== undefined)
      if (known !== undefined && known.sends >= 5)
        return twilioProblem(429, 60203, 'Max send attempts reached')
      count += 1
      const fresh = {
        sid: `VE${String(count).padStart(32, '0')}`,
        to,
        channel,
        locale,
        code: String(count * 7919)
          .padStart(verify.codeLength, '1')
          .slice(0, verify.codeLength),
        startedAt: nowMs,
        sends: 0,
        checks: 0,
      }
      const verification = known ?? fresh
      verification.sends += 1
      pending.set(verification.sid, verification)
      return jsonAnswer(201, { sid: verification.sid, status: 'pending', to, channel, valid: false })
    }
    const cancelled = /^\/Verifications\/(VE\d+)$/.exec(path)?.[1]
    if (cancelled !== undefined) {
      if (field('Status') !== 'canceled') return twilioProblem(400, 60200, 'Invalid parameter `Status`')
      if (alive(cancelled) === undefined) return twilioProblem(404, 20404, 'Verification was not found')
      pending.delete(cancelled)
      return jsonAnswer(200, { sid: cancelled, status: 'canceled', valid: false })
    }
    const [sid, code] = [field('VerificationSid'), field('Code')]
    if (code.length < 4 || code.length > 10) return twilioProblem(400, 60200, 'Invalid parameter `Code`')
    const verification = alive(sid)
    if (verification === undefined) return twilioProblem(404, 20404, 'VerificationCheck was not found')
    verification.checks += 1
    if (verification.checks > 5) {
      pending.delete(sid)
      return twilioProblem(429, 60202, 'Max check attempts reached')
    }
    const isRight = verification.code === code
    if (isRight) pending.delete(sid)
    return jsonAnswer(200, { sid, status: isRight ? 'approved' : 'pending', valid: isRight })
  })
  const verify: VerifyStandIn = Object.assign(standIn, {
    pending,
    codeLength: 6,
    locales: supportedLocales,
    codeOf(to: string) {
      const found = [...pending.values()].find((each) => each.to === to)
      if (found === undefined) throw new Error('No code was sent.')
      return found.code
    },
    pass(ms: number) {
      nowMs += ms
    },
  })
  return verify
}
