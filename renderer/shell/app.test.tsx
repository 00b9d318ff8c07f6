// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { emptyAccount } from '../testing/fake-data.ts'
import { signedInStatus } from '../testing/fake-state.ts'
import { renderApp, signedIn } from '../testing/render-app.tsx'

describe('the interface', () => {
  it('says when the program behind it is gone, and is back with it', async () => {
    const { api, user } = await renderApp({
      state: (nowMs) => ({
        ...signedIn(nowMs),
        failures: new Map([['app.status', 'UNEXPECTED']]),
        details: new Map([['app.status', { reason: 'CLIENT_UNREACHABLE' }]]),
      }),
    })
    expect((await screen.findByRole('alert')).textContent).toContain('Holdfast is not running')
    api.heal('app.status')
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
  })

  it('shows a failure with what to do and another try', async () => {
    const { api, user } = await renderApp({
      hash: '#/activity',
      state: (nowMs) => ({ ...signedIn(nowMs), failures: new Map([['runs.list', 'NOT_ALLOWED']]) }),
    })
    expect((await screen.findByRole('alert')).textContent).toContain('You may not do this')
    api.heal('runs.list')
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect((await screen.findAllByText('Documents and pictures')).length).toBeGreaterThan(0)
  })

  it('goes to the sign-in when the session ended, and says so', async () => {
    const { api } = await renderApp({ state: signedIn })
    await screen.findByRole('heading', { name: 'Home' })
    api.state.status = { ...api.state.status, session: null }
    api.emit('session.changed', { isSignedIn: false })
    expect(await screen.findByText(/Your session ended/)).toBeTruthy()
  })

  it('signs out without calling that an end of the session', async () => {
    const { user } = await renderApp({ state: signedIn })
    await user.click(await screen.findByRole('button', { name: 'Sign out' }))
    await screen.findByLabelText('Password')
    expect(screen.queryByText(/Your session ended/)).toBeNull()
  })

  it('keeps nothing that a person saw once nobody is signed in: the next one is somebody else', async () => {
    const { user, queries } = await renderApp({ hash: '#/account', state: signedIn })
    const kept = () =>
      queries
        .getQueryCache()
        .getAll()
        .map(({ queryKey: [name] }) => name)
    await waitFor(() => expect(kept()).toEqual(expect.arrayContaining(['factors.list', 'account.me'])))
    await user.click(await screen.findByRole('button', { name: 'Sign out' }))
    await screen.findByLabelText('Password')
    const ofNobody = new Set(['app.status', 'part', 'runs.underWay', 'trial.offer'])
    await waitFor(() => expect(new Set(kept())).toEqual(ofNobody))
    expect(queries.getMutationCache().getAll()).toEqual([])
  })

  it('puts the focus on the heading of a new screen', async () => {
    const { user } = await renderApp({ state: signedIn })
    await screen.findByRole('heading', { name: 'Home' })
    await user.click(screen.getByRole('link', { name: 'Settings' }))
    const heading = await screen.findByRole('heading', { name: 'Settings' })
    await waitFor(() => expect(document.activeElement).toBe(heading))
  })

  it('follows a run from its start to its report', async () => {
    const { user, clock } = await renderApp({ state: signedIn })
    const [start] = await screen.findAllByRole('button', { name: 'Back up now' })
    if (start === undefined) throw new Error('There is no set to back up.')
    await user.click(start)
    await screen.findByRole('button', { name: 'Cancel' })
    // Each report of the fake waits for the clock of the one before.
    for (let step = 0; step < 14; step++) {
      clock.advance(400)
      await new Promise((resolve) => setTimeout(resolve))
    }
    expect(await screen.findByRole('heading', { name: 'Everything was backed up' })).toBeTruthy()
  })

  it('protects a first folder: sources, time, retention, kit typed back, and the first backup', async () => {
    const { user, api } = await renderApp({
      hash: '#/sets/new',
      state: (nowMs) => ({
        account: emptyAccount(nowMs),
        kit: 'none',
        status: { ...signedInStatus(nowMs), device: null, key: null, nextRuns: [] },
      }),
    })
    await user.type(await screen.findByLabelText('Folder or file by its path'), '/home/anna/Documents{Enter}')
    for (let step = 0; step < 3; step++) await user.click(screen.getByRole('button', { name: 'Continue' }))
    await user.click(await screen.findByRole('button', { name: 'I have kept it' }))
    await user.type(screen.getByLabelText('Group 2 of the key'), 'wrong')
    await user.type(screen.getByLabelText('Group 5 of the key'), 'JN3B')
    await user.click(screen.getByRole('button', { name: 'Confirm' }))
    expect((await screen.findByRole('alert')).textContent).toContain('not a whole recovery kit')
    await user.clear(screen.getByLabelText('Group 2 of the key'))
    await user.type(screen.getByLabelText('Group 2 of the key'), '9xkm')
    await user.click(screen.getByRole('button', { name: 'Confirm' }))
    await user.click(await screen.findByRole('button', { name: 'Create and back up now' }))
    await screen.findByRole('button', { name: 'Cancel' })
    const made = api.state.calls.map((call) => call.name).filter((name) => /enrol|create|start/.test(name))
    expect(made).toEqual(['kit.create', 'devices.enrol', 'sets.create', 'backup.start'])
    expect(api.state.account.sets[0]?.definition.sources).toEqual(['/home/anna/Documents'])
  })
})
