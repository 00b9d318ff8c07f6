import { describe, expect, it } from 'vitest'
import { formatsFor, regionalLocale } from './formats.ts'

const en = formatsFor('en', 'UTC')
const nowMs = Date.parse('2026-03-01T12:00:00Z')

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1500, '1.5 kB'],
    [123_456_789, '123 MB'],
    [2_340_000_000, '2.3 GB'],
  ])('of %d bytes reads %s', (count, text) => expect(en.bytes(count)).toBe(text))

  it('uses the decimal sign of the language', () => {
    expect(formatsFor('de').bytes(1_500_000)).toBe('1,5 MB')
  })
})

describe('a moment', () => {
  it('is told by its distance, in the largest unit that fits', () => {
    expect(en.relative('2026-03-01T11:59:30Z', nowMs)).toBe('now')
    expect(en.relative('2026-03-01T09:00:00Z', nowMs)).toBe('3 hours ago')
    expect(en.relative('2026-03-02T12:00:00Z', nowMs)).toBe('tomorrow')
    expect(formatsFor('de').relative('2026-02-28T12:00:00Z', nowMs)).toBe('gestern')
  })

  it('of a schedule is the wall clock of its text, whatever the zone of the computer', () => {
    expect(formatsFor('de').timeOfDay('20:00')).toBe('20:00')
    expect(en.timeOfDay('20:00').replaceAll(/\s/gu, ' ')).toBe('8:00 PM')
  })

  it('names weekdays by the language', () => {
    expect(en.weekday('mon')).toBe('Monday')
    expect(formatsFor('fr').weekday('sun')).toBe('dimanche')
  })
})

describe('a language', () => {
  it('is written as in the region of the person, when they say which', () => {
    expect(regionalLocale('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB')
    expect(regionalLocale('fr', ['en-GB'])).toBe('fr')
    expect(regionalLocale('pt-BR', ['pt-PT', 'pt-BR'])).toBe('pt-BR')
  })
})

describe('a duration', () => {
  it.each([
    [0, '0 sec'],
    [59_000, '59 sec'],
    [65_000, '1 min 5 sec'],
    [3_600_000, '1 hr'],
    [7_500_000, '2 hr 5 min'],
    [24 * 3_600_000, '24 hr'],
    [72 * 3_600_000, '3 days'],
    [75 * 3_600_000, '3 days 3 hr'],
  ])('of %d ms reads %s', (ms, text) => expect(en.duration(ms)).toBe(text))

  it('as a countdown rounds up, so that zero means over', () => {
    expect(en.countdown(1)).toBe('0:01')
    expect(en.countdown(245_000)).toBe('4:05')
    expect(en.countdown(-5)).toBe('0:00')
  })
})
