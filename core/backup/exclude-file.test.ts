import { expect, it } from 'vitest'
import { excludeFileText } from './exclude-file.ts'

it.each([
  ['*.tmp', '*.tmp'],
  ['$HOME/x', '$$HOME/x'],
  ['a$$b', 'a$$$$b'],
  ['#notes', '[#]notes'],
  ['a#b', 'a#b'],
  [' leading', '[ ]leading'],
  ['trailing \t', 'trailing[ ][\t]'],
  ['!keep', '!keep'],
])('the pattern %j stands in the file as %j', (pattern, line) => {
  expect(excludeFileText([pattern]).split('\n')[0]).toBe(line)
})

it('always leaves out what restores are making', () => {
  expect(excludeFileText([])).toBe('.holdfast-restore-*\n')
})
