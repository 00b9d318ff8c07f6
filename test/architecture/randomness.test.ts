import { expect, it } from 'vitest'
import { isTest, sourceFiles } from './source-files.ts'

/** Of a pseudo-random generator; secrets come from node:crypto or the Web Crypto API. */
const guessable = ['Math', 'random('].join('.')

it('nothing draws a secret from a generator that can be guessed', () => {
  const drawing = sourceFiles().filter(
    (file) =>
      !isTest(file) && !/^(?:test|bench)\/|\.fixture\./.test(file.name) && file.text.includes(guessable),
  )
  // Spreads repeated transactions in time.
  expect(drawing.map(({ name }) => name)).toEqual(['server/store/store.ts'])
})
