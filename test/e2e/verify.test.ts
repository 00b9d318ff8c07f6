import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startTwilio,
  twilioAccount,
  twilioProblem,
  type TwilioStandIn,
} from '../../server/senders/providers/twilio.fixture.ts'
import {
  startTwilioVerify,
  verifyService,
  type VerifyStandIn,
} from '../../server/senders/providers/twilio-verify.fixture.ts'
import { deskOf, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import {
  atHome,
  button,
  keepBackupCodes,
  pickMethod,
  replaceOneTimePassword,
  signOut,
  typeCode,
  typePassword,
} from './person.ts'
import { audited } from './stored.ts'
import { filled, words } from './words.ts'

const code = words('code')
const errors = words('errors')
const signIn = words('signIn')

// A server that really sends, to a stand-in of Twilio on this computer.
const server = serverOfTests(['limits.sendsPerNumberPer10Minutes=10'], {
  environment: 'trial',
  sms: { provider: 'none' },
})
let verify: VerifyStandIn
let texting: TwilioStandIn

beforeAll(async () => {
  ;[verify, texting] = await Promise.all([startTwilioVerify(), startTwilio()])
  await addSender('Verify', 'twilio-verify', { serviceSid: verifyService, baseUrl: verify.baseUrl })
}, 60_000)
afterAll(async () => {
  await Promise.all([verify.close(), texting.close()])
})

// The steps are the same in both programs.
describe.each(hosts.slice(0, 1))('somebody before $name whose codes Twilio Verify makes', (host) => {
  const desk = deskOf(host, server)
  let backupCodes: readonly string[] = []

  it('signs in with the code of the message, after a wrong one that is told as such', async (context) => {
    const page = await desk.page(context)
    await replaceOneTimePassword(page, server(), desk.user)
    await pickPhone(page)
    await typeCode(page, code.field.sms, wrongCode())
    await page.getByText(errors.PASSCODE_WRONG.title).waitFor()
    await page
      .getByRole('status')
      .filter({ hasText: filled(code.triesLeft_other) })
      .waitFor()
    await typeCode(page, code.field.sms, rightCode())
    backupCodes = await keepBackupCodes(page)
    expect(await audited(server(), desk.user, 'sign-in.finished')).toEqual(['sign-in.finished ok sms'])
  }, 60_000)

  it('that Twilio has forgotten is told so, and gets another by starting again', async (context) => {
    const page = await desk.page(context)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickPhone(page)
    const forgotten = rightCode()
    verify.pass(600_000)
    await typeCode(page, code.field.sms, forgotten)
    await page.getByText(code.expired).waitFor()
    await button(page, signIn.otherAccount).click()
    await typePassword(page, server(), desk.user)
    await pickPhone(page)
    await typeCode(page, code.field.sms, rightCode())
    await atHome(page)
    expect(await audited(server(), desk.user, 'challenge.proof')).toContain(
      'challenge.proof failed sms expired',
    )
  }, 60_000)

  it('that cannot be asked about a code costs no try, and takes the same code again', async (context) => {
    const page = await desk.page(context)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickPhone(page)
    verify.next = twilioProblem(503, 20503, 'down')
    await typeCode(page, code.field.sms, rightCode())
    await page.getByText(errors.CODE_UNCHECKED.title).waitFor()
    await page.getByRole('status').filter({ hasText: '5' }).waitFor()
    verify.next = null
    await typeCode(page, code.field.sms, rightCode())
    await atHome(page)
    expect(await audited(server(), desk.user, 'sign-in.finished')).toHaveLength(3)
  }, 60_000)

  it('that is down says what to do, and another method is still there', async (context) => {
    const page = await desk.page(context)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await page.getByRole('heading', { name: words('choose').title }).waitFor()
    verify.next = twilioProblem(503, 20503, 'down')
    await pickMethod(page, desk.user.phone.slice(-4))
    await page.getByText(errors.SEND_FAILED.title).waitFor()
    await page.getByText(errors.SEND_FAILED.text).waitFor()
    await button(page, words('choose').none).click()
    await pickMethod(page, words('method')['backup-code'])
    await typeCode(page, code.field['backup-code'], backupCodes[0] ?? '')
    await atHome(page)
    expect(texting.messages).toEqual([])
    verify.next = null
  }, 60_000)

  it('that is down gives way to a second sender, whose message has our own code', async (context) => {
    const page = await desk.page(context)
    const settings = { sender: '+12025550123', baseUrl: texting.baseUrl }
    await addSender('Second', 'twilio', settings)
    expect((await server().command('sender', 'edit', 'Second', '--order', '2')).exitCode).toBe(0)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    verify.next = twilioProblem(503, 20503, 'down')
    await pickMethod(page, desk.user.phone.slice(-4))
    await page.getByText(filled(code.prefixText)).waitFor()
    const digits = /^[A-Z]{4}-(\d{6}) is the verification code/.exec(texting.messages.at(-1)?.text ?? '')?.[1]
    await typeCode(page, code.field.sms, digits ?? '')
    await atHome(page)
    verify.next = null
    expect(await audited(server(), desk.user, 'passcode.send')).toEqual([
      'passcode.send failed provider-unreachable',
    ])
  }, 60_000)

  /** Up to the form of the code, which has no letters of ours. */
  async function pickPhone(page: Page): Promise<void> {
    await pickMethod(page, desk.user.phone.slice(-4))
    await page.getByRole('heading', { name: code.title.sms }).waitFor()
    expect(await page.getByText(filled(code.prefixText)).count()).toBe(0)
  }

  const rightCode = (): string => verify.codeOf(desk.user.phone)
  const wrongCode = (): string => (rightCode() === '000000' ? '111111' : '000000')
})

async function addSender(name: string, provider: string, settings: Record<string, string>): Promise<void> {
  const { accountSid, authToken } = twilioAccount
  const flags = Object.entries({ accountSid, ...settings }).flatMap(([field, value]) => [
    '--set',
    `${field}=${value}`,
  ])
  const args = ['sender', 'add', name, '--provider', provider, ...flags, '--secret-stdin', 'authToken']
  const { exitCode, stderr } = await server().commandWithInput(authToken, ...args)
  if (exitCode !== 0) throw new Error(stderr)
}
