import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { productVersion } from '../../shared/version.ts'

it('the version that programs state is the package’s', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ version: productVersion })
})
