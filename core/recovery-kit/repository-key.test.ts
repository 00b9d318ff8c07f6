import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyIdSchema } from '../../shared/model/ids.ts'
import { groupsOf, isRightlyChecked, keyIdOf, newRepositoryKey, wrongGroup } from './repository-key.ts'

const characters = (key: string): string => groupsOf(key).join('')

describe('a repository key', () => {
  it('is a prefix and nine groups of four characters that look like no other', () => {
    expect(newRepositoryKey()).toMatch(/^HFK1(-[0-9A-HJKMNP-TV-Z]{4}){9}$/)
  })

  it('has all its bits at random: no two are alike, and every character occurs at every random place', () => {
    const keys = Array.from({ length: 1_000 }, () => characters(newRepositoryKey()))
    expect(new Set(keys).size).toBe(1_000)
    for (let place = 0; place < 32; place += 1) {
      expect(new Set(keys.map((key) => key[place])).size).toBe(32)
    }
  })

  it('checks itself, and finds a single wrong character or two that changed places, by group', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    let located = 0
    const rounds = 200
    fc.assert(
      fc.property(fc.nat({ max: 35 }), fc.nat({ max: 31 }), (place, letter) => {
        const whole = characters(newRepositoryKey())
        expect(isRightlyChecked(whole)).toBe(true)
        const wrong = whole.slice(0, place) + alphabet.charAt(letter) + whole.slice(place + 1)
        fc.pre(wrong !== whole)
        expect(isRightlyChecked(wrong)).toBe(false)
        if (wrongGroup(wrong) === Math.floor(place / 4) + 1) located += 1
      }),
      { numRuns: rounds },
    )
    // Chance makes a second explanation fit in one of a thousand cases.
    expect(located).toBeGreaterThan(rounds * 0.9)
  })

  it('says no group when several are wrong', () => {
    expect(wrongGroup(`${'0'.repeat(32)}ZZZZ`)).toBeUndefined()
  })

  it('has an id that follows from it and from nothing else', () => {
    const key = newRepositoryKey()
    expect(keyIdSchema.parse(keyIdOf(key))).toBe(keyIdOf(key))
    expect(keyIdOf(newRepositoryKey())).not.toBe(keyIdOf(key))
  })

  it('has the id that every version of Holdfast gives it', () => {
    const key = 'HFK1-0000-0000-0000-0000-0000-0000-0000-0000-0000'
    expect(keyIdOf(key)).toMatchInlineSnapshot(`"key_rrdvZpDXi9RdZqYCA6VggQ"`)
  })
})
