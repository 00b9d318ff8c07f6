import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../words/words.ts'
import { menuTemplate, nextZoom, type MenuActions } from './menu-template.ts'

function menu(isMac: boolean) {
  const done: string[] = []
  const actions: MenuActions = {
    show: (screen) => void done.push(`show ${screen}`),
    backUpNow: () => void done.push('back up now'),
    zoom: (step) => void done.push(`zoom ${step}`),
    quit: () => void done.push('quit'),
  }
  return { done, template: menuTemplate(wordsOf('en'), actions, isMac) }
}

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((each) => (Array.isArray(each.submenu) ? each.submenu : []))
}

describe('the menu bar', () => {
  it('begins with the application’s own menu on macOS and with File elsewhere', () => {
    expect(menu(true).template[0]?.label).toBe('Holdfast')
    expect(menu(false).template[0]?.label).toBe('File')
  })

  it.each([true, false])('offers copy and paste, settings and quitting once each (macOS: %s)', (isMac) => {
    const all = items(menu(isMac).template)
    expect(all.filter((each) => each.role === 'paste')).toHaveLength(1)
    expect(all.filter((each) => each.label === 'Settings…')).toHaveLength(1)
    expect(all.filter((each) => each.label === 'Quit Holdfast')).toHaveLength(1)
  })

  it.each([true, false])('never offers developer tools or a reload (macOS: %s)', (isMac) => {
    const roles = items(menu(isMac).template).map((each) => each.role)
    expect(roles).not.toContain('toggleDevTools')
    expect(roles).not.toContain('reload')
    expect(roles).not.toContain('forceReload')
    // The role quits without asking about a running backup.
    expect(roles).not.toContain('quit')
  })

  it('does what it says', () => {
    const { done, template } = menu(false)
    for (const label of ['Back up now', 'Restore files…', 'Quit Holdfast']) {
      const item = items(template).find((each) => each.label === label)
      item?.click?.(undefined as never, undefined, undefined as never)
    }
    expect(done).toEqual(['back up now', 'show restore', 'quit'])
  })
})

describe('zooming', () => {
  it.each([
    [1, 1, 1.1],
    [1, -1, 0.9],
    [2.5, 0, 1],
    [3, 1, 3],
    [0.5, -1, 0.5],
    [1.03, 1, 1.1],
  ] as const)('from %d by %d is %d', (current, step, next) => {
    expect(nextZoom(current, step)).toBe(next)
  })
})
