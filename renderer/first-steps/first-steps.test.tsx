// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { emptyAccount } from '../testing/fake-data.ts'
import { signedInStatus, type FakeState } from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'
import { stepsDone } from './first-steps.ts'

describe('the first steps', () => {
  it('are done when core’s records say so, in whatever order', () => {
    const nothing = { status: { key: null }, sets: [], runs: [] }
    expect([...stepsDone(nothing)]).toEqual([])
    const all = {
      status: { key: { keyId: 'k' as never, isKitConfirmed: true } },
      sets: [{ deletedAt: null }],
      runs: [
        { kind: 'backup', outcome: 'incomplete' },
        { kind: 'restore', outcome: 'complete' },
      ] as const,
    }
    expect([...stepsDone(all)]).toEqual(['protect', 'kit', 'backup', 'restore'])
  })

  it('are not done by what failed, was deleted or is not confirmed', () => {
    const failed = {
      status: { key: { keyId: 'k' as never, isKitConfirmed: false } },
      sets: [{ deletedAt: '2026-10-14T08:00:00.000Z' }],
      runs: [
        { kind: 'backup', outcome: 'failed' },
        { kind: 'restore', outcome: 'cancelled' },
      ] as const,
    }
    expect([...stepsDone(failed)]).toEqual([])
  })
})

const newPerson = (nowMs: number): Partial<FakeState> => ({
  status: { ...signedInStatus(nowMs), device: null, key: null, nextRuns: [], showsFirstSteps: true },
  account: emptyAccount(nowMs),
  kit: 'none',
})

describe('a new person', () => {
  it('is led to the first folder, at home and elsewhere', async () => {
    const { user } = await renderApp({ state: newPerson })
    const steps = await screen.findByRole('region', { name: 'Your first steps' })
    const current = within(steps)
      .getAllByRole('listitem')
      .filter((item) => item.getAttribute('aria-current') === 'step')
    expect(current.map((item) => item.textContent)).toEqual(['1Protect your files'])
    await user.click(within(steps).getByRole('link', { name: 'Protect my files' }))
    await screen.findByRole('heading', { name: 'New backup set' })
    expect(screen.getByRole('region', { name: 'Your first steps' })).toBeTruthy()
    // Somebody who is there needs no way there.
    expect(screen.queryByRole('link', { name: 'Protect my files' })).toBeNull()
  })

  it('is told the next step when one is done', async () => {
    await renderApp({
      state: (nowMs) => ({ status: { ...signedInStatus(nowMs), showsFirstSteps: true } }),
    })
    const steps = await screen.findByRole('region', { name: 'Your first steps' })
    expect(within(steps).getByRole('status').textContent).toContain('Try it now')
    expect(within(steps).getByRole('link', { name: 'Choose a file' }).getAttribute('href')).toContain(
      '#/restore/',
    )
  })

  it('who skips them is not led again, and finds them in the settings', async () => {
    const { user, api } = await renderApp({ state: newPerson })
    await user.click(await screen.findByRole('button', { name: 'Skip' }))
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Your first steps' })).toBeNull())
    expect(api.state.status.showsFirstSteps).toBe(false)
    expect(screen.getByRole('link', { name: 'Protect my files' })).toBeTruthy()
    await user.click(screen.getByRole('link', { name: 'Settings' }))
    await user.click(await screen.findByRole('button', { name: 'Show again' }))
    expect(await screen.findByRole('button', { name: 'Skip' })).toBeTruthy()
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
  })
})
