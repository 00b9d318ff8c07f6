import { describe, expect, it } from 'vitest'
import { autostartEntry, autostartPath } from './autostart-entry.ts'

describe('starting at sign-in on Linux', () => {
  it('uses the autostart folder of the person', () => {
    expect(autostartPath({}, '/home/ann')).toBe('/home/ann/.config/autostart/holdfast.desktop')
    expect(autostartPath({ XDG_CONFIG_HOME: '/cfg' }, '/home/ann')).toBe('/cfg/autostart/holdfast.desktop')
    expect(autostartPath({ XDG_CONFIG_HOME: 'cfg' }, '/home/ann')).toBe(
      '/home/ann/.config/autostart/holdfast.desktop',
    )
  })

  it('starts in the background', () => {
    expect(autostartEntry('/opt/Holdfast/holdfast-desktop')).toContain(
      'Exec="/opt/Holdfast/holdfast-desktop" --background\n',
    )
  })

  it.each([
    ['/opt/a b/x', 'Exec="/opt/a b/x" --background'],
    ['/opt/100%/x', 'Exec="/opt/100%%/x" --background'],
    ['/opt/$(reboot)/x', String.raw`Exec="/opt/\\$(reboot)/x" --background`],
    ['/opt/a"b', String.raw`Exec="/opt/a\\"b" --background`],
  ])('quotes the program %s', (program, line) => {
    expect(autostartEntry(program).split('\n')).toContain(line)
  })
})
