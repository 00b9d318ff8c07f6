import { describe, expect, it } from 'vitest'
import { languages } from '../../shared/model/language.ts'
import { operationSchema } from '../../shared/model/sign-in.ts'
import { noticeContent, type Notice } from '../factors/announce.ts'
import { recoveryContent } from '../recovery/notices.ts'
import type { RecoveryNoticeRow } from '../store/recovery-tables.ts'
import { cleanMessage } from '../senders/clean-message.ts'
import type { Channel, Message } from '../senders/messages.ts'
import { passcodeMessage } from '../sign-in/passcodes.ts'
import { contentOf } from './content.ts'
import { en } from './en.ts'
import { segmentsOf } from './sms-segments.fixture.ts'
import { catalogues, textsIn, type Texts } from './texts.ts'

const to = '+4915112345678'
const short = { login: 'anna.berg', server: 'Holdfast' }
const longest = { login: 'W'.repeat(128), server: 'M'.repeat(60) }
const longestLabel = 'L'.repeat(60)

const operations = operationSchema.options.map((option) => option.shape.kind.value)
const isNotice = (what: string): what is Notice['what'] =>
  `notice.${what}` in en && !/^(?:text|subject)/.test(what)
const noticeKinds = Object.keys(en)
  .map((key) => key.replace(/^notice\./, ''))
  .filter(isNotice)

function passcode(
  texts: Texts,
  channel: Channel,
  kind: string | null,
  names = short,
  digits = '581883',
): Message {
  const operation = kind === null ? null : JSON.stringify(operationOf(kind))
  const about = { purpose: kind === null ? ('sign-in' as const) : ('step-up' as const), operation }
  const code = { prefix: 'XYWD', passcode: digits }
  return passcodeMessage(texts, { channel, address: to }, code, { ...about, use: 'factor' }, names)
}

/** Any operation of a kind: what else it has stands in no message. */
function operationOf(kind: string): object {
  const id = (prefix: string) => `${prefix}_${'A'.repeat(22)}`
  return {
    kind,
    backupSetId: id('set'),
    deviceId: id('dev'),
    userId: id('usr'),
    userIds: [id('usr')],
    senderId: id('snd'),
    approvalId: id('apr'),
    repositoryId: id('rep'),
    phoneNumber: to,
    loginName: 'root',
    role: 'admin',
    mode: 'mobile',
    subject: { kind: 'reset-factors', userId: id('usr') },
  }
}

/** Everything that can go to a phone, with the longest names and addresses that there are. */
function toPhones(texts: Texts, channel: 'sms' | 'voice'): [string, string][] {
  const recovery = {
    address: '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
    readyAt: Date.UTC(2026, 8, 25, 20, 30),
    endsAt: Date.UTC(2026, 8, 28, 20, 30),
  }
  const recoveryKinds: RecoveryNoticeRow['what'][] = ['started', 'waiting', 'ready', 'finished', 'cancelled']
  const passcodes = [null, ...operations].map((kind): [string, string] => [
    `passcode ${kind ?? 'sign-in'}`,
    passcode(texts, channel, kind, longest, '5818830000').text,
  ])
  const notices = noticeKinds.map((what): [string, string] => [
    `notice ${what}`,
    noticeContent(texts, channel, { what, label: longestLabel }, longest).text,
  ])
  const recoveries = recoveryKinds.map((what): [string, string] => {
    const cancelToken = what === 'finished' || what === 'cancelled' ? null : 'x'.repeat(43)
    const about = { what, recovery, cancelToken, publicAddress: 'https://backup.some-company.example.com' }
    return [`recovery ${what}`, recoveryContent(texts, channel, about, longest).text]
  })
  return [...passcodes, ...notices, ...recoveries]
}

describe.each(languages)('messages in %s', (language) => {
  const texts = textsIn(language)

  it('begin a sign-in with one text message, not with several', () => {
    const { text } = passcode(texts, 'sms', null)
    expect(segmentsOf(text).count, text).toBe(1)
    expect(text).toContain('XYWD-581883')
  })

  it('fit what every provider of text messages takes, however long the names are', () => {
    const tooLong = toPhones(texts, 'sms').filter(([, text]) => {
      const { isUnicode } = segmentsOf(text)
      // TextMagic takes the fewest characters (https://support.textmagic.com/page-faq).
      return text.length > (isUnicode ? 402 : 918)
    })
    expect(tooLong.map(([what, text]) => [what, text.length, text])).toEqual([])
  })

  it('go through the last gate as they are', () => {
    for (const [what, text] of toPhones(texts, 'sms')) {
      expect(cleanMessage({ channel: 'sms', to, text, language }).text, what).toBe(text)
    }
  })

  it('name a person in full in a mail, and shortened on a phone', () => {
    expect(passcode(texts, 'email', null, longest).text).toContain(longest.login)
    expect(passcode(texts, 'sms', null, longest).text).toContain(`${'W'.repeat(27)}...`)
    expect(passcode(texts, 'sms', null, longest).text).not.toContain('W'.repeat(28))
  })

  it('of a call are there in English too, unless they are English', () => {
    const { inEnglish } = passcode(texts, 'voice', 'restore')
    expect(inEnglish).toBe(language === 'en' ? undefined : passcode(textsIn('en'), 'voice', 'restore').text)
    expect(passcode(texts, 'sms', 'restore').inEnglish).toBeUndefined()
  })

  it('of a call fit what ClickSend reads out', () => {
    const cut = toPhones(texts, 'voice').filter(
      ([, text]) => text.length + 60 > (segmentsOf(text).isUnicode ? 600 : 1200),
    )
    expect(cut).toEqual([])
  })
})

it.each(['en', 'de', 'fr'] as const)('a passcode for anything is one text message in %s', (language) => {
  const counts = operations.map((kind) => [kind, segmentsOf(passcode(textsIn(language), 'sms', kind).text)])
  expect(counts).toEqual(operations.map((kind) => [kind, { isUnicode: false, count: 1 }]))
})

describe.each(languages.filter((language) => language !== 'en'))('the texts in %s', (language) => {
  it('are translated', () => {
    const words = (text: string) => text.replaceAll(/\{\{[^}]*\}\}/g, '').trim()
    const english = new Map<string, string>(Object.entries(en))
    const same = Object.entries(catalogues[language]).filter(
      ([key, text]) => /\p{L}/u.test(words(text)) && english.get(key) === text,
    )
    expect(same).toEqual([])
  })
})

describe('a name in a message', () => {
  it('of people that want to be a header, another line or another direction is one piece of its line', () => {
    const names = { ...short, login: 'anna\r\nBcc: eve@example.org\u202e\u2068' }
    for (const language of languages) {
      const { text } = contentOf(textsIn(language), 'email', (each) =>
        each.text('notice.switched-off', { name: names.login }),
      )
      expect(text).not.toMatch(/[\r\n\u202e]/)
      expect(text).toContain('anna Bcc: eve@example.org')
      // As many isolates begin as end, none inside another.
      expect(text.replaceAll(/\u2068[^\u2066-\u2069]*\u2069/g, '')).not.toMatch(/[\u2066-\u2069]/)
    }
  })
})
