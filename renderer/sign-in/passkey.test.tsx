// @vitest-environment happy-dom
import { screen } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import type { HostAbilities } from '../host/host-abilities.ts'
import { fullAccount } from '../testing/fake-data.ts'
import { withPasskey, type FakeState } from '../testing/fake-state.ts'
import { renderApp, signedIn } from '../testing/render-app.tsx'

const withKey = (change: Partial<FakeState> = {}) => ({
  state: (nowMs: number) => ({ account: withPasskey(fullAccount(nowMs), nowMs), ...change }),
})

async function choosePasskey(user: UserEvent) {
  await user.type(await screen.findByLabelText('Password'), 'correct horse')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  await user.click(await screen.findByRole('button', { name: /My laptop/ }))
  return screen.findByRole('heading', { name: 'Use your passkey' })
}

function openedIn(): { host: Partial<HostAbilities>; opened: string[] } {
  const opened: string[] = []
  return {
    opened,
    host: {
      openExternal: (address) => {
        opened.push(address)
        return Promise.resolve()
      },
    },
  }
}

describe('a passkey in the window', () => {
  it('opens the server’s page in the browser, in the language of the window, and signs in', async () => {
    const { host, opened } = openedIn()
    const { user, api } = await renderApp({ ...withKey(), host })
    await choosePasskey(user)
    expect(opened).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Open the browser' }))
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
    expect(opened).toEqual(['https://backup.example.com/passkey#token'])
    const started = api.state.calls.find(({ name }) => name === 'transaction.startHandOff')
    expect(started?.input).toEqual({ way: 'this-computer', language: 'en' })
  })

  it('waits for the browser until the person stops, which is no failure', async () => {
    const { host } = openedIn()
    const { user } = await renderApp({ ...withKey({ browser: 'waits' }), host })
    await choosePasskey(user)
    await user.click(screen.getByRole('button', { name: 'Open the browser' }))
    expect((await screen.findByRole('status')).textContent).toContain('Waiting for your browser')
    await user.click(screen.getByRole('button', { name: 'Stop waiting' }))
    expect(await screen.findByRole('button', { name: 'Open the browser' })).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('can be left for another method while it waits, whose screen stays free of its failure', async () => {
    const { host } = openedIn()
    const { user, api } = await renderApp({ ...withKey({ browser: 'waits' }), host })
    await choosePasskey(user)
    await user.click(screen.getByRole('button', { name: 'Open the browser' }))
    await user.click(await screen.findByRole('button', { name: 'Use another way' }))
    await screen.findByRole('button', { name: /My phone/ })
    await api.request('transaction.cancelHandOff', {})
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('that was declined says so and can be tried again', async () => {
    const { host } = openedIn()
    const { user } = await renderApp({ ...withKey({ browser: 'declines' }), host })
    await choosePasskey(user)
    await user.click(screen.getByRole('button', { name: 'Open the browser' }))
    expect((await screen.findByRole('alert')).textContent).toContain('It was declined in the browser')
    expect(screen.getByRole('button', { name: 'Try again in the browser' })).toBeTruthy()
  })

  it('shows the code for another device, with a warning, where the server allows it', async () => {
    const { host, opened } = openedIn()
    const ways = ['this-computer', 'other-device'] as const
    const { user } = await renderApp({ ...withKey({ browser: 'waits', passkeyWays: ways }), host })
    await choosePasskey(user)
    await user.click(screen.getByRole('button', { name: 'Use another device' }))
    expect((await screen.findByRole('group', { name: 'Code to type' })).textContent).toBe('WDJB-MJHT')
    expect(screen.getByText(/Whoever gives you a code/)).toBeTruthy()
    expect(opened).toEqual([])
  })

  it('is added in the account screen under a name of the person’s', async () => {
    const { host } = openedIn()
    const { user, api } = await renderApp({
      hash: '#/account',
      state: (nowMs) => ({ ...signedIn(nowMs), isGuarded: false }),
      host,
    })
    await user.click(await screen.findByRole('button', { name: 'Add a method' }))
    await user.click(await screen.findByRole('button', { name: /Passkey or security key/ }))
    await user.type(screen.getByLabelText('Name for this passkey (optional)'), 'Desk key')
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    await user.click(await screen.findByRole('button', { name: 'Open the browser' }))
    expect((await screen.findAllByText('Desk key')).length).toBeGreaterThan(0)
    const enrolled = api.state.calls.find(({ name }) => name === 'factors.enrol')
    expect(enrolled?.input).toEqual({ method: 'passkey', label: 'Desk key' })
  })
})
