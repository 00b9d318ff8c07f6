import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { readKit } from './read-kit.ts'
import { keyIdOf } from './repository-key.ts'
import { kitHtml, kitText, kitUri, type KitFacts } from './write-kit.ts'

/** Always the same: for one random key in a thousand, another group's mistake could explain a wrong check. */
const key = 'HFK1-HYV1-RQ3M-KTRP-AJYW-8W3V-JJ0Q-QKN1-0GZB-CYFP'
const facts: KitFacts = {
  key,
  keyId: keyIdOf(key),
  serverAddress: 'https://cbs.example:8443',
  loginName: 'ann & bob <x>',
  madeOn: '2026-01-05',
}
const groups = key.split('-').slice(1)

function detailsOf(text: string): unknown {
  try {
    readKit(text)
  } catch (error) {
    if (isAppError(error, 'KIT_INVALID')) return error.details
    throw error
  }
  throw new Error('It was read.')
}

/** The id that a read key really has, or the refusal's code. */
function idOrRefusal(text: string): string {
  try {
    const read = readKit(text)
    return keyIdOf(read.key) === read.keyId ? read.keyId : 'another id'
  } catch (error) {
    return isAppError(error) ? error.code : 'an unknown failure'
  }
}

/** The key with one group changed. */
function withGroup(group: number, change: (text: string) => string): string {
  return ['HFK1', ...groups.map((text, index) => (index === group - 1 ? change(text) : text))].join('-')
}

describe('a recovery kit', () => {
  it.each([
    ['as text', kitText(facts)],
    ['as the QR code’s address', kitUri(facts)],
    ['quoted in a mail', kitText(facts).replace(/^/gm, '> ')],
    ['with Windows line ends', kitText(facts).replace(/\n/g, '\r\n')],
  ])('%s gives key, id, server and login name back', (_what, text) => {
    const { serverAddress, loginName, keyId } = facts
    expect(readKit(text)).toEqual({ key, keyId, serverAddress, loginName })
  })

  it.each([
    ['as printed', key],
    ['in small letters', key.toLowerCase()],
    ['without dashes', key.replaceAll('-', '')],
    ['with spaces', key.replaceAll('-', ' ')],
    ['with long dashes', key.replaceAll('-', ' – ')],
    ['broken over lines, in the middle of a group too', key.replace(/(.{13})/g, '$1\n')],
    ['without its prefix', groups.join('-')],
    ['with look-alikes for 0 and 1', key.replaceAll('0', 'o').replaceAll('1', 'l')],
    ['with words around', `My key is ${key} – keep it.`],
    ['after something that only starts like one', `HFK1-XXXX\n${key}`],
  ])('’s key alone, %s, is enough', (_what, text) => {
    expect(readKit(text)).toEqual({ key, keyId: facts.keyId, serverAddress: null, loginName: null })
  })

  it.each([1, 5, 9])('names group %i when it lost or won a character', (group) => {
    expect(detailsOf(withGroup(group, (text) => text.slice(1)))).toEqual({ reason: 'group', group })
    expect(detailsOf(withGroup(group, (text) => `${text}2`))).toEqual({ reason: 'group', group })
  })

  it('names the group that has a letter no key has', () => {
    expect(detailsOf(withGroup(3, (text) => `U${text.slice(1)}`))).toEqual({ reason: 'group', group: 3 })
  })

  it('names the group with a wrong character', () => {
    const swapped = withGroup(4, (text) => (text.startsWith('2') ? '3' : '2') + text.slice(1))
    expect(detailsOf(swapped)).toEqual({ reason: 'check', group: 4 })
  })

  it.each([
    ['nothing', ' ', 'not-found'],
    ['some text', 'I lost my key, what can I do?', 'not-found'],
    ['half a key', key.slice(0, 30), 'too-short'],
    ['a key without its prefix and a word', `${groups.join('-')} thanks`, 'not-found'],
  ])('is not found in %s', (_what, text, reason) => {
    expect(detailsOf(text)).toEqual({ reason, group: null })
  })

  it('never reads another key than one that checks, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat({ max: key.length }), (before, noise, at) => {
        const text = `${before}\n${key.slice(0, at)}${noise}${key.slice(at)}`
        expect(idOrRefusal(text)).toMatch(/^key_|^KIT_INVALID$/)
      }),
    )
  })

  it('says in a refusal nothing of the key', () => {
    const failure = (() => {
      try {
        return readKit(withGroup(4, () => 'ZZZZ'))
      } catch (error) {
        return String(error) + JSON.stringify(error)
      }
    })()
    for (const group of groups) expect(failure).not.toContain(group)
  })
})

describe('the printed page', () => {
  it('shows everything, escaped, with a QR code, and runs and fetches nothing', async () => {
    const html = await kitHtml(facts)
    for (const part of [
      key,
      facts.keyId,
      'https://cbs.example:8443',
      'ann &amp; bob &lt;x&gt;',
      '<svg',
      'restic',
    ]) {
      expect(html).toContain(part)
    }
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(html).not.toMatch(/<script|<img|<link|<iframe|\bon\w+=|url\(|src=|href=|<x>/i)
  })

  it('is the same for the same kit', async () => {
    expect(await kitHtml(facts)).toBe(await kitHtml(facts))
  })
})
