import { expect, it } from 'vitest'
import { nameMatcher, resticPattern } from './name-pattern.ts'

it.each([
  ['*.txt', 'a.txt', true],
  ['*.txt', 'a.txt.bak', false],
  ['*.txt', 'new\nline.txt', true],
  ['f?', 'f1', true],
  ['f?', 'f🎉', true],
  ['f?', 'f12', false],
  ['a.b', 'axb', false],
  ['a[1]', 'a[1]', true],
  ['a[1]', 'a1', false],
  ['(x|y)+', '(x|y)+', true],
  ['docs/*.txt', 'a.txt', true],
  ['', 'a', false],
])('the pattern %j against %j: %s', (pattern, name, matches) => {
  expect(nameMatcher(pattern)(name)).toBe(matches)
})

it('means brackets and backslashes literally also to restic', () => {
  expect(resticPattern('a[1]\\*')).toBe('a\\[1]\\\\*')
})
