import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SettingsOf } from '../../../shared/model/sender.ts'
import { failureOf, providerContract } from '../provider.contract.ts'
import { addSender } from '../senders.ts'
import { openTestSenders } from '../senders.fixture.ts'
import { mailAccount, startMailServer, type MailServer } from './smtp.fixture.ts'
import { smtpProvider } from './smtp.ts'

const servers: MailServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function start(...how: Parameters<typeof startMailServer>): Promise<MailServer> {
  const server = await startMailServer(...how)
  servers.push(server)
  return server
}

const settingsFor = (server: MailServer, change: Partial<SettingsOf<'smtp'>> = {}) => ({
  provider: 'smtp' as const,
  host: '127.0.0.1',
  port: server.port,
  encryption: 'tls' as const,
  certificate: server.certificate,
  ...mailAccount,
  from: 'backup@example.org',
  fromName: 'Test CBS',
  ...change,
})
const mail = {
  language: 'en',
  channel: 'email',
  to: 'anna@example.org',
  subject: 'Your code',
  text: 'XYWD-581883',
} as const

for (const encryption of ['tls', 'starttls'] as const) {
  providerContract(`a mail server by ${encryption}`, 'email', async () => {
    const server = await start(encryption)
    return {
      provider: smtpProvider(settingsFor(server, { encryption })),
      arrived: () =>
        Promise.resolve(server.mails.map(({ recipients, text }) => ({ to: recipients.join(), text }))),
      breakDown: () => {
        server.next = { at: 'data', code: 451 }
        return Promise.resolve()
      },
      secrets: [mailAccount.password],
    }
  })
}

describe('a mail', () => {
  let server: MailServer
  beforeEach(async () => {
    server = await start('tls')
  })

  it('has sender, one recipient, subject and a mark that nobody wrote it', async () => {
    await smtpProvider(settingsFor(server)).send({ ...mail, subject: 'Ihr Code für „Müller“' })
    const [received] = server.mails
    expect([received?.from, received?.recipients]).toEqual(['backup@example.org', ['anna@example.org']])
    expect(received?.headers.get('from')).toEqual(['Test CBS <backup@example.org>'])
    expect(received?.headers.get('to')).toEqual(['anna@example.org'])
    expect(received?.headers.get('auto-submitted')).toEqual(['auto-generated'])
    expect(received?.headers.get('subject')?.[0]).toMatch(/^=\?UTF-8\?/)
  })

  it('without a subject has its first line as one', async () => {
    await smtpProvider(settingsFor(server)).send({
      channel: 'email',
      to: mail.to,
      text: 'A notice\nand more',
      language: 'en',
    })
    expect(server.mails[0]?.headers.get('subject')).toEqual(['A notice'])
  })

  it.each([
    'anna\r\nBcc: eve@example.org',
    'anna\nBcc: eve@example.org',
    'anna\rBcc: eve@example.org',
    'anna\r\n\r\nYour account was closed: http://evil.example',
    'anna\u2028Bcc: eve@example.org',
    '=?utf-8?q?anna=0D=0ABcc:_eve@example.org?=',
  ])('with the name %j in subject and text gets neither a header nor a recipient by it', async (name) => {
    const subject = `Code for ${name}`
    await smtpProvider(settingsFor(server)).send({ ...mail, subject, text: `The code for ${name}` })
    const [received] = server.mails
    expect(received?.recipients).toEqual(['anna@example.org'])
    expect([...(received?.headers.keys() ?? [])]).not.toContain('bcc')
    expect(received?.headers.get('subject')).toHaveLength(1)
  })

  it('also through every layer goes to its one recipient only, whatever the names in it', async () => {
    const test = await openTestSenders()
    const { certificate, ...settings } = settingsFor(server)
    await addSender(
      test.deps,
      { name: 'Mail', channels: ['email'], settings: { ...settings, certificate } },
      'test',
    )
    const subject = 'Code for anna\r\nBcc: eve@example.org'
    await test.senders.sendPasscode({ ...mail, subject, passcode: '581883' })
    expect(server.mails).toMatchObject([{ recipients: ['anna@example.org'] }])
    expect(server.mails[0]?.headers.get('subject')).toEqual(['Code for anna Bcc: eve@example.org'])
  })

  it.each([
    'anna@example.org, eve@example.org',
    'anna@example.org\r\nRCPT TO:<eve@example.org>',
    '<anna@example.org> <eve@example.org>',
  ])('to %j goes to nobody else', async (to) => {
    await smtpProvider(settingsFor(server))
      .send({ ...mail, to })
      .catch(() => undefined)
    const reached = server.mails.flatMap(({ recipients }) => recipients)
    expect(reached.filter((address) => address === 'eve@example.org')).toEqual([])
  })
})

describe('a mail server', () => {
  it.each([
    ['wrong credentials', {}, { password: 'wrong' }, 'provider-refused'],
    ['an unknown recipient', { at: 'recipient', code: 550 }, {}, 'number-refused'],
    ['a full mailbox', { at: 'recipient', code: 452 }, {}, 'provider-busy'],
    ['greylisting', { at: 'recipient', code: 451 }, {}, 'provider-busy'],
    ['a policy', { at: 'data', code: 554 }, {}, 'provider-refused'],
  ] as const)('that refuses by %s is told as such', async (_what, next, change, reason) => {
    const server = await start('tls')
    server.next = 'at' in next ? next : null
    const failure = await failureOf(smtpProvider(settingsFor(server, change)).send(mail))
    expect(failure.details?.['reason']).toBe(reason)
    expect(JSON.stringify([failure, failure.message, String(failure.cause)])).not.toContain(
      mailAccount.password,
    )
    expect(server.mails).toEqual([])
  })

  it.each(['tls', 'starttls'] as const)(
    'by %s whose certificate nobody vouches for gets no password',
    async (encryption) => {
      const server = await start(encryption)
      const failure = await failureOf(
        smtpProvider(settingsFor(server, { encryption, certificate: null })).send(mail),
      )
      expect(failure.details?.['reason']).toBe('provider-unreachable')
      expect(server.passwords).toEqual([])
    },
  )

  it('whose certificate is another’s gets no password', async () => {
    const server = await start('tls', 'DNS:mail.example.org')
    await failureOf(smtpProvider(settingsFor(server)).send(mail))
    expect(server.passwords).toEqual([])
  })

  it('that offers no encryption, or from whose offer somebody took it out, gets no password', async () => {
    const server = await start('none')
    await failureOf(smtpProvider(settingsFor(server, { encryption: 'starttls' })).send(mail))
    expect([server.passwords, server.mails]).toEqual([[], []])
  })

  it('that is not there is told as such', async () => {
    const server = await start('tls')
    const failure = await failureOf(smtpProvider(settingsFor(server, { port: 9 })).send(mail))
    expect(failure.details?.['reason']).toBe('provider-unreachable')
  })
})
