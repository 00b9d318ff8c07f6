import { describe, expect, it } from 'vitest'
import { pageAddress } from '../page/page-address.ts'
import { isOurSender } from './sender.ts'

const page = { url: pageAddress, isTop: true }

describe('a message to the client', () => {
  it('is heard from the top frame of our window', () => {
    expect(isOurSender({ webContentsId: 1, frame: page }, 1)).toBe(true)
  })

  it.each([
    ['another window', { webContentsId: 2, frame: page }],
    ['a frame inside our page', { webContentsId: 1, frame: { ...page, isTop: false } }],
    ['a page that is not ours', { webContentsId: 1, frame: { ...page, url: 'https://evil.example/' } }],
    ['a look-alike origin', { webContentsId: 1, frame: { ...page, url: 'app://holdfast.evil/' } }],
    ['a frame that has gone', { webContentsId: 1, frame: null }],
  ])('is refused from %s', (_who, sender) => {
    expect(isOurSender(sender, 1)).toBe(false)
  })

  it('is refused while there is no window', () => {
    expect(isOurSender({ webContentsId: 1, frame: page }, undefined)).toBe(false)
  })
})
