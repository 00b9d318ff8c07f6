import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { periodMinutes, type Schedule } from '../../shared/model/schedule.ts'
import { ids, option } from '../testing/samples.ts'
import { parseCommand } from './command-line.ts'
import { parseEnrolment, parseMethod, pickOption } from './method.ts'
import { parseCount } from './number.ts'
import { parseDaily, parseDates, parseEvery, parseMonthly, parseWeekly, scheduleText } from './schedule.ts'

const parsers = {
  daily: parseDaily,
  weekly: parseWeekly,
  monthly: parseMonthly,
  on: parseDates,
  every: parseEvery,
} as const

/** As `sets show` writes it: flag and value. */
function parseText(text: string): Schedule {
  const [flag = '', value = ''] = text.split(' ')
  const parse = Object.entries(parsers).find(([name]) => name === flag)?.[1]
  if (parse === undefined) throw new Error(`No flag --${flag}.`)
  return parse(value)
}

function kindOrCode(parse: (text: string) => Schedule, text: string): string {
  try {
    return parse(text).kind
  } catch (error) {
    return isAppError(error) ? error.code : String(error)
  }
}

describe('a schedule flag', () => {
  it.each<[string, Schedule]>([
    ['daily 20:00', { kind: 'daily', at: '20:00' }],
    ['weekly mon,fri@20:00', { kind: 'weekly', on: ['mon', 'fri'], at: '20:00' }],
    ['monthly 31@03:00', { kind: 'monthly', on: { kind: 'day', day: 31 }, at: '03:00' }],
    ['monthly last@03:00', { kind: 'monthly', on: { kind: 'last-day' }, at: '03:00' }],
    [
      'monthly first-sat@03:00',
      { kind: 'monthly', on: { kind: 'nth-weekday', nth: 1, weekday: 'sat' }, at: '03:00' },
    ],
    [
      'monthly last-fri@03:00',
      { kind: 'monthly', on: { kind: 'nth-weekday', nth: 'last', weekday: 'fri' }, at: '03:00' },
    ],
    ['on 2026-12-24,2026-12-31@18:00', { kind: 'custom', dates: ['2026-12-24', '2026-12-31'], at: '18:00' }],
    ['every 15m', { kind: 'periodic', everyMinutes: 15 }],
    ['every 12h', { kind: 'periodic', everyMinutes: 720 }],
  ])('%s is read, and shown as it was written', (text, schedule) => {
    expect(parseText(text)).toEqual(schedule)
    expect(scheduleText(schedule)).toBe(text)
  })

  it('takes a range of weekdays', () => {
    expect(parseWeekly('mon-wed,sun@06:30')).toMatchObject({ on: ['mon', 'tue', 'wed', 'sun'] })
  })

  it('takes the same period in minutes and in hours', () => {
    expect(parseEvery('60m')).toEqual(parseEvery('1h'))
    for (const minutes of periodMinutes)
      expect(parseEvery(`${minutes}m`)).toMatchObject({ everyMinutes: minutes })
  })

  it.each([
    ['daily 24:00'],
    ['daily 8:00'],
    ['weekly mon'],
    ['weekly @20:00'],
    ['weekly wed-mon@20:00'],
    ['weekly someday@20:00'],
    ['monthly 0@03:00'],
    ['monthly 32@03:00'],
    ['monthly fifth-mon@03:00'],
    ['monthly first-@03:00'],
    ['on 24.12.2026@18:00'],
    ['every 7m'],
    ['every 24h'],
    ['every m'],
  ])('refuses %s and says what it wants', (text) => {
    expect(() => parseText(text)).toThrow(/wants/)
  })

  it('answers any text with a schedule or with INPUT_INVALID', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(parsers)), fc.string(), (parse, text) => {
        expect(['daily', 'weekly', 'monthly', 'custom', 'periodic', 'INPUT_INVALID']).toContain(
          kindOrCode(parse, text),
        )
      }),
    )
  })
})

describe('--method', () => {
  const options = [option('A'), option('T', { method: 'totp' }), option('B')]

  it.each([
    ['sms', ids.factor('A')],
    ['sms:1', ids.factor('A')],
    ['sms:2', ids.factor('B')],
    ['totp', ids.factor('T')],
  ])('%s picks by kind and position among its kind', (text, factorId) => {
    expect(pickOption(options, parseMethod(text)).factorId).toBe(factorId)
  })

  it.each(['phone', 'sms:0', 'sms:x', 'SMS', '', 'sms:1:2'])('refuses %s', (text) => {
    expect(() => parseMethod(text)).toThrow('A method is')
  })

  it.each(['sms:3', 'totp:2', 'backup-code'])('does not fall back to another when there is no %s', (text) => {
    expect(() => pickOption(options, parseMethod(text))).toThrow('to choose')
  })
})

describe('--enrol', () => {
  it('takes totp, or sms with a number', () => {
    expect(parseEnrolment('totp')).toEqual({ method: 'totp' })
    expect(parseEnrolment('sms:+49 171 1234567')).toEqual({ method: 'sms', phoneNumber: '+49 171 1234567' })
  })

  it.each(['sms', 'sms:', 'sms:0171 1234567', 'backup-code', 'totp:1'])('refuses %s', (text) => {
    expect(() => parseEnrolment(text)).toThrow('What to register')
  })
})

describe('a command to run', () => {
  it('is a program as it is written, or a JSON array, or nothing', () => {
    expect(parseCommand('/usr/bin/my dump')).toEqual(['/usr/bin/my dump'])
    expect(parseCommand('["pg_dump", "-f", "/x y"]')).toEqual(['pg_dump', '-f', '/x y'])
    expect(parseCommand('[]')).toEqual([])
  })

  it.each(['[1]', '["a"', '[["a"]]'])('refuses %s', (text) => {
    expect(() => parseCommand(text)).toThrow('A command is')
  })
})

describe('a count', () => {
  it.each(['-1', '1.5', '', ' 1', '1e3', '9999999999'])('refuses %j', (text) => {
    expect(() => parseCount(text)).toThrow('whole number')
  })
})

describe('what to register', () => {
  it.each([
    ['totp', { method: 'totp' }],
    ['passkey', { method: 'passkey' }],
    ['sms:+49 171 1234567', { method: 'sms', phoneNumber: '+49 171 1234567' }],
    ['voice:+49301234567', { method: 'voice', phoneNumber: '+49301234567' }],
    ['email:anna@example.org', { method: 'email', emailAddress: 'anna@example.org' }],
  ])('%s is understood', (text, enrolment) => {
    expect(parseEnrolment(text)).toEqual(enrolment)
  })

  it.each(['', 'sms:', 'sms:0171 1234567', 'email:anna', 'fax:+49301234567', 'voice'])(
    '%j is refused',
    (text) => {
      expect(() => parseEnrolment(text)).toThrow(/What to register is/)
    },
  )
})
