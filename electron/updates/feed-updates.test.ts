import type { AppUpdater } from 'electron-updater'
import { describe, expect, it, vi } from 'vitest'
import { feedUpdates } from './feed-updates.ts'

function updater(version: string | undefined) {
  const fake = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    disableWebInstaller: false,
    logger: {} as unknown,
    setFeedURL: vi.fn<(options: unknown) => void>(),
    checkForUpdates: vi.fn<() => Promise<unknown>>(() =>
      Promise.resolve({ isUpdateAvailable: version !== undefined, updateInfo: { version: version ?? '0' } }),
    ),
    downloadUpdate: vi.fn<() => Promise<string[]>>(() => Promise.resolve(['file'])),
    quitAndInstall: vi.fn<() => void>(),
  }
  return { fake, load: () => Promise.resolve(fake as unknown as AppUpdater) }
}

const address = 'https://updates.example.com/holdfast/'

describe('an update', () => {
  it('is never downloaded or installed by itself, and never older', async () => {
    const { fake, load } = updater('2.0.0')
    await feedUpdates(load, address, () => undefined).check()
    expect(fake).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: false, allowDowngrade: false })
    expect(fake.setFeedURL).toHaveBeenCalledWith({ provider: 'generic', url: address })
  })

  it('is told, then fetched, then installed, each when asked for', async () => {
    const { fake, load } = updater('2.0.0')
    const updates = feedUpdates(load, address, () => undefined)
    expect(await updates.check()).toEqual({ kind: 'available', version: '2.0.0' })
    expect(fake.downloadUpdate).not.toHaveBeenCalled()
    updates.install()
    expect(fake.quitAndInstall).not.toHaveBeenCalled()
    expect(await updates.download()).toEqual({ kind: 'ready', version: '2.0.0' })
    updates.install()
    expect(fake.quitAndInstall).toHaveBeenCalledOnce()
  })

  it('that is not there is not fetched', async () => {
    const { fake, load } = updater(undefined)
    const updates = feedUpdates(load, address, () => undefined)
    expect(await updates.check()).toEqual({ kind: 'current' })
    expect(await updates.download()).toEqual({ kind: 'current' })
    expect(fake.downloadUpdate).not.toHaveBeenCalled()
  })

  it('that cannot be had is a failure that is logged', async () => {
    const { fake, load } = updater('2.0.0')
    fake.checkForUpdates.mockRejectedValue(new Error('net::ERR_NAME_NOT_RESOLVED'))
    const failures: unknown[] = []
    const updates = feedUpdates(load, address, (error) => void failures.push(error))
    expect(await updates.check()).toMatchObject({ kind: 'failed' })
    expect(failures).toHaveLength(1)
  })
})
