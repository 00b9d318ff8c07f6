import { describe, expect, it } from 'vitest'
import { linkAmong, screenOfLink } from './deep-link.ts'

describe('a link', () => {
  it.each([
    ['holdfast://open/restore', 'restore'],
    ['holdfast://open/account/', 'account'],
    ['holdfast://open/home?from=mail#top', 'home'],
  ])('%s opens the screen %s', (link, screen) => {
    expect(screenOfLink(link)).toBe(screen)
  })

  it.each([
    'holdfast://open/',
    'holdfast://open/../../etc/passwd',
    'holdfast://open/restore/all',
    'holdfast://restore/open',
    'holdfast://sets.delete/open/restore',
    'https://open/restore',
    'javascript:alert(1)',
    'holdfast:',
    '',
  ])('%s opens nothing', (link) => {
    expect(screenOfLink(link)).toBeUndefined()
  })

  it('is found among the arguments of a start', () => {
    expect(linkAmong(['holdfast', '--no-sandbox', 'holdfast://open/home'])).toBe('holdfast://open/home')
    expect(linkAmong(['holdfast', '--holdfast://open/home'])).toBeUndefined()
  })
})
