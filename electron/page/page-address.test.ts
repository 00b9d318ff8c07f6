import { describe, expect, it } from 'vitest'
import { isOurPage, pageAddress } from './page-address.ts'

describe('the address of our page', () => {
  it.each([pageAddress, 'app://holdfast/#/restore', 'app://holdfast/assets/index.js'])(
    'includes %s',
    (address) => {
      expect(isOurPage(address)).toBe(true)
    },
  )

  it.each([
    'app://holdfast.evil/',
    'app://evil/app://holdfast/',
    'app://evil@holdfast/',
    'app://holdfast:81/',
    'file:///app://holdfast/',
    'https://holdfast/',
    'data:text/html,app://holdfast/',
    'about:blank',
    '',
  ])('does not include %s', (address) => {
    expect(isOurPage(address)).toBe(false)
  })
})
