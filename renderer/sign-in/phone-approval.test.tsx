// @vitest-environment happy-dom
import { screen } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fullAccount } from '../testing/fake-data.ts'
import { withPairedPhone, type FakeState } from '../testing/fake-state.ts'
import { renderApp, signedIn } from '../testing/render-app.tsx'

const withPhone = (phone: FakeState['phone']) => ({
  state: (nowMs: number) => ({ account: withPairedPhone(fullAccount(nowMs), nowMs), phone }),
})

async function typePassword(user: UserEvent) {
  await user.type(await screen.findByLabelText('Password'), 'correct horse')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

async function choosePhone(user: UserEvent) {
  await typePassword(user)
  await user.click(await screen.findByRole('button', { name: /Pixel 9/ }))
}

describe('approving on a phone, in the window', () => {
  it('signs in by itself once the phone has approved', async () => {
    const { user, api } = await renderApp(withPhone('approves'))
    await choosePhone(user)
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
    const waited = api.state.calls.filter(({ name }) => name === 'transaction.awaitPhone')
    expect(waited.map(({ input }) => input)).toEqual([{ trustDevice: false }])
  })

  it('shows the number and where the page is while it waits, and can be left', async () => {
    const { user } = await renderApp(withPhone('waits'))
    await choosePhone(user)
    expect((await screen.findByRole('group', { name: 'Number to type on your phone' })).textContent).toBe(
      '47',
    )
    expect(screen.getByRole('status').textContent).toBe('Waiting for your phone…')
    expect(screen.getByText('https://backup.example.com/authenticator')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Use another way' }))
    expect(await screen.findByRole('button', { name: /My phone/ })).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('asks whether to trust this computer while it waits', async () => {
    const { user, api } = await renderApp(withPhone('waits'))
    await choosePhone(user)
    await user.click(await screen.findByLabelText('Trust this computer for a while'))
    const waited = api.state.calls.filter(({ name }) => name === 'transaction.awaitPhone')
    expect(waited.map(({ input }) => input)).toEqual([{ trustDevice: false }, { trustDevice: true }])
  })

  it.each([
    ['expired', 'Nobody approved on the phone in time'],
    ['wrong-number', 'Another number was typed on the phone'],
  ] as const)('that is over (%s) says so and asks again with another number', async (phone, words) => {
    const { user, api } = await renderApp(withPhone(phone))
    await choosePhone(user)
    expect((await screen.findByRole('alert')).textContent).toContain(words)
    expect(screen.queryByRole('group', { name: 'Number to type on your phone' })).toBeNull()
    api.state.phone = 'waits'
    await user.click(screen.getByRole('button', { name: 'Ask the phone again' }))
    expect((await screen.findByRole('group', { name: 'Number to type on your phone' })).textContent).toBe(
      '48',
    )
  })

  it('that was denied ends the sign-in and says what that means', async () => {
    const { user } = await renderApp(withPhone('denies'))
    await choosePhone(user)
    expect((await screen.findByRole('alert')).textContent).toContain('It was denied on the phone')
    expect(screen.getByLabelText('Password')).toBeTruthy()
  })

  it('is set up where a second step is required, by a code to scan or an address to open', async () => {
    const { user } = await renderApp({ state: () => ({ secondFactor: 'must-enrol', phone: 'waits' }) })
    await typePassword(user)
    await user.click(await screen.findByRole('button', { name: /Approval on your phone/ }))
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect(await screen.findByRole('img', { name: 'QR code for your phone' })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: /show the address/ }))
    expect(screen.getByRole('group', { name: 'Address for your phone' }).textContent).toMatch(
      /^https:\/\/backup\.example\.com\/authenticator#t{43}$/,
    )
  })

  it('is added in the account screen under a name of the person’s', async () => {
    const { user, api } = await renderApp({
      hash: '#/account',
      state: (nowMs) => ({ ...signedIn(nowMs), isGuarded: false }),
    })
    await user.click(await screen.findByRole('button', { name: 'Add a method' }))
    await user.click(await screen.findByRole('button', { name: /Approval on your phone/ }))
    await user.type(screen.getByLabelText('Name for this phone (optional)'), 'Work phone')
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect((await screen.findAllByText('Work phone')).length).toBeGreaterThan(0)
    const enrolled = api.state.calls.find(({ name }) => name === 'factors.enrol')
    expect(enrolled?.input).toEqual({ method: 'push', label: 'Work phone' })
  })
})
