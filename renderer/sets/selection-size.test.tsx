// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { renderApp, signedIn } from '../testing/render-app.tsx'

const hash = '#/sets/set_documents0000000000000'

describe('the editor of a set', () => {
  it('says how much the sources are, and what cannot be read', async () => {
    const { user } = await renderApp({ hash, state: signedIn })
    const section = await screen.findByRole('region', { name: 'What is backed up' })
    expect(await within(section).findByText(/96,330 files, 97.5 GB/)).toBeTruthy()
    await user.click(within(section).getByText('2 files or folders cannot be read'))
    expect(within(section).getByText(/vault.kdbx/)).toBeTruthy()
  })

  it('shows what a new exclusion leaves out, and which one does', async () => {
    const { user } = await renderApp({ hash, state: signedIn })
    const section = await screen.findByRole('region', { name: 'What is left out' })
    await within(section).findByText(/no file or folder matches/)
    await user.click(within(section).getByRole('checkbox', { name: /tools can make again/ }))
    expect(await within(section).findByText('Left out: 18,422 files, 214 MB')).toBeTruthy()
    await user.click(within(section).getByText('Show what is left out'))
    expect(within(section).getByRole('row', { name: /node_modules.*214 MB/ })).toBeTruthy()
  })

  it('cancels what nobody waits for when it is left', async () => {
    const { api, user } = await renderApp({
      hash,
      state: (nowMs) => ({ ...signedIn(nowMs), hanging: new Set(['sets.measure']) }),
    })
    await screen.findByText('Counting…')
    await user.click(screen.getByRole('link', { name: 'Settings' }))
    await screen.findByRole('heading', { name: 'Settings' })
    const asked = api.state.calls.find(({ name }) => name === 'sets.measure')?.input
    expect(api.state.calls.find(({ name }) => name === 'preview.cancel')?.input).toEqual({
      previewId: (asked as { previewId: string }).previewId,
    })
  })

  it('does not ask this computer about the files of another one', async () => {
    const { api } = await renderApp({
      hash,
      state: (nowMs) => {
        const state = signedIn(nowMs)
        return {
          ...state,
          ...(state.status === undefined ? {} : { status: { ...state.status, device: null } }),
        }
      },
    })
    await screen.findByText(/another computer/)
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(api.state.calls.map(({ name }) => name)).not.toContain('sets.measure')
  })
})

describe('a dry run', () => {
  it('says what a backup would add and change', async () => {
    const { user } = await renderApp({ hash, state: signedIn })
    const section = await screen.findByRole('region', { name: 'Dry run' })
    await user.click(within(section).getByRole('button', { name: 'Try it' }))
    await user.click(await within(section).findByText('Show the 3 files'))
    expect(within(section).getByText(/accounts 2026.ods/)).toBeTruthy()
    expect(within(section).getByText('Changed')).toBeTruthy()
  })

  it('is about the saved set, so changes must be saved first', async () => {
    const { user } = await renderApp({ hash, state: signedIn })
    await user.click(await screen.findByRole('switch', { name: /Paused/ }))
    const section = screen.getByRole('region', { name: 'Dry run' })
    expect(within(section).getByRole('button', { name: 'Try it' })).toHaveProperty('disabled', true)
  })

  it('can be cancelled, and says what went wrong', async () => {
    const { api, user } = await renderApp({
      hash,
      state: (nowMs) => ({ ...signedIn(nowMs), hanging: new Set(['backup.dryRun']) }),
    })
    const section = await screen.findByRole('region', { name: 'Dry run' })
    await user.click(within(section).getByRole('button', { name: 'Try it' }))
    await user.click(await within(section).findByRole('button', { name: 'Cancel' }))
    expect(api.state.calls.map(({ name }) => name)).toContain('preview.cancel')
    api.state.hanging.clear()
    api.fail('backup.dryRun', 'SERVER_UNREACHABLE')
    await user.click(await within(section).findByRole('button', { name: 'Try it' }))
    expect((await within(section).findByRole('alert')).textContent).toContain('cannot be reached')
  })
})
