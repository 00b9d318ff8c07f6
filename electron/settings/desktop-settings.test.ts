import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firstWindowSettings, openDesktopSettings } from './desktop-settings.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-window-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const never = (reason: string): never => {
  throw new Error(reason)
}

describe('what the window remembers', () => {
  it('is there again at the next start', async () => {
    const window = { x: 1, y: 2, width: 800, height: 600, isMaximized: true }
    const first = await openDesktopSettings(folder, never)
    await first.update({ window })
    await first.update({ settings: { ...firstWindowSettings, theme: 'dark', zoomFactor: 1.5 } })
    const second = await openDesktopSettings(folder, never)
    expect(second.window()).toEqual(window)
    expect(second.settings()).toMatchObject({ theme: 'dark', zoomFactor: 1.5 })
  })

  it.each(['{', '[]', '{"settings":{"zoomFactor":99}}'])(
    'begins anew, and says so, from %s',
    async (text) => {
      await writeFile(join(folder, 'window.json'), text)
      const reasons: string[] = []
      const settings = await openDesktopSettings(folder, (reason) => void reasons.push(reason))
      expect(settings.settings()).toEqual(firstWindowSettings)
      expect(reasons).toHaveLength(1)
    },
  )

  it('is written in order when changes come at once', async () => {
    const settings = await openDesktopSettings(folder, never)
    const zooms = [1.1, 1.2, 1.3, 1.4]
    await Promise.all(
      zooms.map((zoomFactor) => settings.update({ settings: { ...firstWindowSettings, zoomFactor } })),
    )
    expect(await readFile(join(folder, 'window.json'), 'utf8')).toContain('"zoomFactor": 1.4')
  })
})
