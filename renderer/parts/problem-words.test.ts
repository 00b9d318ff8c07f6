// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { createTranslations } from '../locale/i18n.ts'
import { problemWords } from './problem-words.ts'

describe('that nobody can prove who they are', () => {
  it.each([
    ['administrator', /^Ask your administrator/],
    ['register', /^This needs a second step. Add a sign-in method/],
    ['sign-in-again', /^This needs a passkey. Sign out and in again/],
  ])('comes with what helps when the server says %s', async (advice, words) => {
    const { t } = await createTranslations()
    const error = new AppError('NO_METHOD_AVAILABLE', 'No method.', { details: { advice } })
    expect(problemWords(t, error).text).toMatch(words)
  })
})
