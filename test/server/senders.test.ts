import { afterAll, beforeAll, expect, it } from 'vitest'
import { startMailServer, mailAccount, type MailServer } from '../../server/senders/providers/smtp.fixture.ts'
import {
  snsAccount,
  snsRegion,
  startSns,
  type SnsStandIn,
} from '../../server/senders/providers/sns.fixture.ts'
import {
  startTwilio,
  twilioAccount,
  twilioProblem,
  type TwilioStandIn,
} from '../../server/senders/providers/twilio.fixture.ts'
import { makeAccount, stepUp } from '../fixtures/account.ts'
import { accountServer } from '../harness/account-server.ts'
import { startServer, type TestServer } from '../harness/server.ts'

let server: TestServer
let first: TwilioStandIn
let second: TwilioStandIn
let sns: SnsStandIn
let mail: MailServer

beforeAll(async () => {
  ;[first, second, sns, mail] = await Promise.all([
    startTwilio(),
    startTwilio(),
    startSns(),
    startMailServer('tls'),
  ])
  server = await startServer({
    config: { environment: 'trial', sms: { provider: 'none' }, logLevel: 'debug' },
  })
})

afterAll(async () => {
  await server.dispose()
  await Promise.all([first.close(), second.close(), sns.close(), mail.close()])
})

async function addSender(
  name: string,
  secret: readonly [string, string],
  provider: string,
  settings: object,
) {
  const flags = Object.entries(settings).flatMap(([field, value]) => ['--set', `${field}=${String(value)}`])
  const args = [
    'sender',
    'add',
    name,
    '--provider',
    provider,
    ...flags,
    '--secret-stdin',
    secret[0],
    '--json',
  ]
  const { exitCode, stderr } = await server.commandWithInput(secret[1], ...args)
  expect([exitCode, stderr]).toEqual([0, ''])
}

it('the real server sends by the senders that were set while it runs, and tells nobody their secrets', async () => {
  const { accountSid, authToken } = twilioAccount
  const ofTwilio = { accountSid, sender: '+12025550123' }
  await addSender('First', ['authToken', authToken], 'twilio', { ...ofTwilio, baseUrl: first.baseUrl })
  await addSender('Second', ['authToken', authToken], 'twilio', { ...ofTwilio, baseUrl: second.baseUrl })
  await server.command('sender', 'edit', 'Second', '--order', '2')
  const { accessKeyId, secretAccessKey } = snsAccount
  const ofSns = { region: snsRegion, accessKeyId, endpoint: sns.baseUrl }
  await addSender('SNS', ['secretAccessKey', secretAccessKey], 'sns', ofSns)
  await server.command('sender', 'edit', 'SNS', '--order', '3')
  const { certificate, port } = mail
  const { password, username } = mailAccount
  const ofMail = { host: '127.0.0.1', port, certificate, username, from: 'backup@example.org' }
  await addSender('Mail', ['password', password], 'smtp', ofMail)

  const sent = () => [...first.messages, ...second.messages].map(({ text }) => text)
  const withTwilio = {
    ...accountServer(server),
    passcode: (prefix: string) => {
      const text = sent().find((each) => each.startsWith(prefix))
      return Promise.resolve(/-(\d+)/.exec(text ?? '')?.[1] ?? '')
    },
  }
  const anna = await makeAccount(withTwilio, 'anna', '+4915123456789')
  expect([first.messages.length > 0, second.messages.length]).toEqual([true, 0])
  first.next = twilioProblem(503, 20503, 'down')
  await stepUp(withTwilio, anna.session, { kind: 'export-key' })
  expect(second.messages).toHaveLength(1)

  // What is bundled in one file sends by the libraries too.
  for (const [sender, to] of [
    ['Mail', 'anna@example.org'],
    ['SNS', '+4915123456789'],
  ] as const) {
    const { exitCode } = await server.commandWithInput('000000\n', 'sender', 'test', sender, '--to', to)
    expect([sender, exitCode]).toEqual([sender, 32])
  }
  const tested = [mail.mails.at(-1)?.text, sns.messages.at(-1)?.text]
  for (const text of tested) expect(text).toMatch(/^[A-Z]{4}-\d{6} is the code for the test of a sender/)

  const codes = [...sent(), ...tested].map((text) => /-(\d+) is/.exec(text ?? '')?.[1] ?? '')
  const audit = (await server.command('audit', 'list', '--limit', '1000', '--json')).stdout
  const counts = (await server.command('sender', 'counts', '--json')).stdout
  const listed = (await server.command('sender', 'list', '--json')).stdout
  const metrics = await (await fetch(`${server.address}/metrics`)).text()
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  for (const [where, text] of Object.entries({ log: server.output(), audit, counts, listed, metrics })) {
    for (const secret of [authToken, secretAccessKey, password]) {
      expect([where, text.includes(secret)]).toEqual([where, false])
    }
    // A number of the log may have the same six digits inside by chance.
    for (const code of codes) {
      expect([where, new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(text)]).toEqual([where, false])
    }
  }
  expect(metrics).toContain(
    'holdfast_messages_total{provider="twilio",channel="sms",outcome="provider-unreachable"} 1',
  )
  expect(server.output()).toContain('A sender did not take a message.')
})
