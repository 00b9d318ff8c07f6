import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PasscodeMessage } from '../senders/messages.ts'
import { twilioAccount } from '../senders/providers/twilio.fixture.ts'
import {
  startTwilioVerify,
  verifyService,
  type VerifyStandIn,
} from '../senders/providers/twilio-verify.fixture.ts'
import { openTestSenders } from '../senders/senders.fixture.ts'
import { addSender } from '../senders/senders.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { codeOf, openTestAuth, problemOf, stepOf } from './auth.fixture.ts'

const phone = '+4915112345678'

let verify: VerifyStandIn
beforeEach(async () => {
  verify = await startTwilioVerify()
})
afterEach(() => verify.close())

describeOnEveryStore('a phone for which the provider makes the codes', (fresh) => {
  /** Somebody who is signed in and has asked for a code to do one thing; `again` asks for another thing. */
  async function open() {
    const store = await (await fresh()).open()
    const auth = await openTestAuth({ methods: ['sms', 'voice'] }, store)
    const { deps, senders } = await openTestSenders({ store, config: { environment: 'trial' } })
    const settings = {
      provider: 'twilio-verify',
      ...twilioAccount,
      serviceSid: verifyService,
      baseUrl: verify.baseUrl,
    }
    await addSender(deps, { name: 'Verify', channels: ['sms', 'voice'], settings }, 'test')
    Object.assign(auth.deps, { messages: senders })
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    const started = await auth.signIn('anna')
    await started.choose(factorId)
    const { sessionToken } = stepOf(await started.prove(verify.codeOf(phone)), 'signed-in')
    const begin = async (kind: 'export-key' | 'change-factors') =>
      await auth.inSession(sessionToken).stepUp({ kind })
    return { auth, factorId, begin, senders }
  }

  it('has one code for one operation: the newer one ends the older, and its code fits nothing else', async () => {
    const { factorId, begin } = await open()
    const first = await begin('export-key')
    await first.choose(factorId)
    const older = verify.codeOf(phone)
    const second = await begin('change-factors')
    await second.choose(factorId)
    const newer = verify.codeOf(phone)
    expect(newer).not.toBe(older)
    expect(await codeOf(second.prove(older))).toBe('PASSCODE_WRONG')
    expect(await codeOf(first.prove(newer))).toBe('PASSCODE_EXPIRED')
    expect(stepOf(await second.prove(newer), 'granted').operation).toEqual({ kind: 'change-factors' })
  })

  it('has the same code again for the same operation', async () => {
    const { auth, factorId, begin } = await open()
    const stepUp = await begin('export-key')
    await stepUp.choose(factorId)
    const code = verify.codeOf(phone)
    auth.clock.advance(30_000)
    await stepUp.resend()
    expect(verify.codeOf(phone)).toBe(code)
    expect((await stepUp.prove(code)).kind).toBe('granted')
  })

  it('gives a code that two operations got at the same moment to neither', async () => {
    const { auth, factorId, begin, senders } = await open()
    // As if neither had seen the other when it asked.
    const messages = {
      ...senders,
      sendPasscode: async (message: PasscodeMessage) => await senders.sendPasscode(message),
    }
    Object.assign(auth.deps, { messages })
    const [first, second] = [await begin('export-key'), await begin('change-factors')]
    await first.choose(factorId)
    const code = verify.codeOf(phone)
    const problem = await problemOf(second.choose(factorId))
    expect([problem?.code, problem?.details?.['reason']]).toEqual(['SEND_FAILED', 'provider-busy'])
    expect(await codeOf(second.prove(code))).not.toBe('done')
    expect(await codeOf(first.prove(code))).toBe('PASSCODE_EXPIRED')
  })
})
