import { expect, it } from 'vitest'
import { isTest, sourceFiles } from './source-files.ts'

const contract = 'renderer/host/host-abilities.ts'

it('the window’s page is given no ability of this computer that it does not use', () => {
  const files = sourceFiles()
  const text = files.find(({ name }) => name === contract)?.text ?? ''
  const abilities = text.slice(text.indexOf('interface HostAbilities'))
  const names = Array.from(abilities.matchAll(/^ {2}readonly (\w+)\??:/gm), ([, name]) => name ?? '')
  expect(names.length).toBeGreaterThan(10)
  const page = files
    .filter((file) => file.name.startsWith('renderer/') && file.name !== contract && !isTest(file))
    .filter(({ name }) => !/^renderer\/(?:dev|testing)\//.test(name))
    .map((file) => file.text)
    .join('\n')
  const unused = names.filter((name) => !new RegExp(String.raw`\b${name}\b`).test(page))
  expect(unused).toEqual([])
})
