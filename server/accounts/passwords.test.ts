import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { commonPasswords } from './common-passwords.ts'
import { checkNewPassword, newOneTimePassword } from './passwords.ts'

const context = ['demo.user', 'Holdfast', 'al']

function reasonOf(password: string): unknown {
  try {
    checkNewPassword(password, context)
    return 'accepted'
  } catch (error) {
    if (error instanceof AppError) return error.details?.['reason']
    throw error
  }
}

describe('a new password', () => {
  it.each([
    ['short', 'too-short'],
    ['1234567', 'too-short'],
    ['password', 'too-common'],
    ['PASSWORD', 'too-common'],
    ['password123', 'too-common'],
    ['qwertyuiop!', 'too-common'],
    ['ｐａｓｓｗｏｒｄ', 'too-common'],
    ['aaaaaaaaaaaaaaaa', 'too-common'],
    ['demo.user', 'too-close-to-names'],
    ['Demo.User2026', 'too-close-to-names'],
    ['holdfast', 'too-close-to-names'],
    ['xHoldfastHoldfast', 'too-close-to-names'],
    ['x'.repeat(257), 'too-short'],
    ['correct horse battery', 'accepted'],
    ['holdfast keeps my files', 'accepted'],
    ['algebra is fun', 'accepted'],
    ['пароль-на-каждый-день', 'accepted'],
    ['🔒🔑🔒🔑🔒🔑🔒🔑', 'accepted'],
    ['        x        ', 'accepted'],
  ])('%j is %s', (password, reason) => {
    expect(reasonOf(password)).toBe(reason)
  })

  it('that is refused is refused by its path and never repeated', () => {
    for (const weak of ['password1', 'demo.user1']) {
      expect(() => checkNewPassword(weak, context)).toThrow(
        expect.objectContaining({
          code: 'INPUT_INVALID',
          message: 'This password is too easy to guess or not allowed here.',
          details: expect.objectContaining({ paths: ['newPassword'] }) as unknown,
        }) as Error,
      )
    }
  })

  it('is checked against the three thousand commonest of its length', () => {
    expect(commonPasswords.size).toBe(3000)
    for (const word of commonPasswords) expect(word.length).toBeGreaterThanOrEqual(8)
  })

  it('never makes the check fail, whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (password) => {
        expect(['accepted', 'too-short', 'too-common', 'too-close-to-names']).toContain(reasonOf(password))
      }),
    )
  })
})

describe('a one-time password', () => {
  it('is twenty unmistakable random characters that pass the rules themselves', () => {
    const made = new Set(Array.from({ length: 200 }, newOneTimePassword))
    expect(made.size).toBe(200)
    for (const password of made) {
      expect(password).toMatch(/^([a-hjkmnp-tv-z2-9]{5}-){3}[a-hjkmnp-tv-z2-9]{5}$/)
      expect(reasonOf(password)).toBe('accepted')
    }
  })
})
