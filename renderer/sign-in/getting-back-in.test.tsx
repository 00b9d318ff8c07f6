// @vitest-environment happy-dom
import { screen } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import {
  rightCode,
  rightResetCode,
  signedInStatus,
  signedOutStatus,
  waitingRecovery,
} from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

async function givePassword(user: UserEvent) {
  const name = await screen.findByLabelText('Login name')
  if ((name as HTMLInputElement).value === '') await user.type(name, 'anna')
  await user.type(screen.getByLabelText('Password'), 'correct horse')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

async function toRecovery(user: UserEvent) {
  await givePassword(user)
  await user.click(await screen.findByRole('button', { name: /can’t use/ }))
  await user.click(await screen.findByRole('button', { name: 'Recover with my recovery phone' }))
  return await screen.findByLabelText(/Phone number/)
}

describe('recovering an account', () => {
  it('shows the end of the number and the waiting time, and ends in waiting', async () => {
    const { user } = await renderApp({ state: () => ({ recoveryPhone: true }) })
    const field = await toRecovery(user)
    expect(screen.getByText(/ends in 42/)).toBeTruthy()
    await user.type(field, '+49 151 99999942')
    await user.click(screen.getByRole('button', { name: 'Send passcode' }))
    await user.type(await screen.findByLabelText('Passcode'), rightCode)
    expect(await screen.findByText('The waiting time has begun')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Back to signing in' }))
    expect(await screen.findByLabelText('Login name')).toBeTruthy()
  })

  it('shows that the number is under way, and sends it once', async () => {
    const { user, api } = await renderApp({ state: () => ({ recoveryPhone: true }) })
    await user.type(await toRecovery(user), '+49 151 99999942')
    const request = api.request.bind(api)
    let letGo = (): void => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const holding: typeof request = async (name, input) => {
      if (name === 'transaction.recoveryNumber') await held
      return await request(name, input)
    }
    Object.assign(api, { request: holding })
    const send = screen.getByRole('button', { name: 'Send passcode' })
    await user.click(send)
    expect(send.getAttribute('data-loading')).toBe('true')
    expect((send as HTMLButtonElement).disabled).toBe(true)
    await user.type(screen.getByLabelText(/Phone number/), '{Enter}')
    letGo()
    expect(await screen.findByLabelText('Passcode')).toBeTruthy()
    const sent = api.state.calls.filter(({ name }) => name === 'transaction.recoveryNumber')
    expect(sent).toHaveLength(1)
  })

  it('says that a number is wrong, and can be typed again', async () => {
    const { user } = await renderApp({ state: () => ({ recoveryPhone: true }) })
    await user.type(await toRecovery(user), '+49 151 99999943')
    await user.click(screen.getByRole('button', { name: 'Send passcode' }))
    expect(await screen.findByRole('alert')).toBeTruthy()
    expect(screen.getByLabelText(/Phone number/)).toBeTruthy()
  })

  it('after the waiting time leads to registering a new method', async () => {
    const { user } = await renderApp({ state: () => ({ recoveryPhone: true, isRecoveryReady: true }) })
    await user.type(await toRecovery(user), '+49 151 99999942')
    await user.click(screen.getByRole('button', { name: 'Send passcode' }))
    await user.type(await screen.findByLabelText('Passcode'), rightCode)
    expect(await screen.findByRole('button', { name: /Authenticator app/ })).toBeTruthy()
  })

  it('is not offered without a recovery phone', async () => {
    const { user } = await renderApp()
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /can’t use/ }))
    expect(screen.queryByRole('button', { name: 'Recover with my recovery phone' })).toBeNull()
  })

  it('that waits is shown before signing in, and at home with a button that stops it', async () => {
    const { user, api } = await renderApp({
      state: (nowMs: number) => ({
        status: { ...signedInStatus(nowMs), pendingRecovery: waitingRecovery(nowMs) },
      }),
    })
    expect(await screen.findByText('Somebody is recovering your account')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Stop it' }))
    expect(api.state.calls.map(({ name }) => name)).toContain('recovery.cancel')
  })

  it('that waits is told to who is not signed in', async () => {
    await renderApp({
      state: (nowMs: number) => ({
        status: { ...signedOutStatus(nowMs), pendingRecovery: waitingRecovery(nowMs) },
      }),
    })
    expect((await screen.findByRole('alert')).textContent).toContain('If it is not yours, sign in')
  })
})

describe('an account whose backups stopped for want of a second step', () => {
  it('is told so before signing in, instead of that they went on', async () => {
    await renderApp({
      state: (nowMs: number) => ({ status: { ...signedOutStatus(nowMs), needsSecondFactor: true } }),
    })
    expect((await screen.findByRole('alert')).textContent).toContain('Sign in to set it up')
    expect(screen.queryByText(/scheduled backups went on/)).toBeNull()
  })
})

describe('a forgotten password', () => {
  it('takes an account, the mailed code, the second step and a new password, and leads back to signing in', async () => {
    const { user } = await renderApp()
    await user.click(await screen.findByRole('button', { name: 'Forgotten password' }))
    const account = await screen.findByLabelText('Login name or mail address')
    await user.clear(account)
    await user.type(account, 'anna')
    await user.click(screen.getByRole('button', { name: 'Send the code' }))
    await user.type(await screen.findByLabelText('Code from the mail'), rightResetCode)
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    await user.click(await screen.findByRole('button', { name: /My phone/ }))
    await user.type(await screen.findByLabelText('Passcode'), rightCode)
    expect(await screen.findByText('Choose a new password')).toBeTruthy()
    await user.type(screen.getByLabelText('New password'), 'a better password')
    await user.type(screen.getByLabelText('New password again'), 'a better password')
    await user.click(screen.getByRole('button', { name: 'Change password' }))
    expect(await screen.findByText(/Sign in with the new one/)).toBeTruthy()
  })

  it('says the same whatever was typed, and why a code is refused', async () => {
    const { user } = await renderApp()
    await user.click(await screen.findByRole('button', { name: 'Forgotten password' }))
    await user.click(await screen.findByRole('button', { name: 'I have a code' }))
    await user.type(await screen.findByLabelText('Code from the mail'), 'wrong-wrong-wrong-wrong')
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect(await screen.findByRole('alert')).toBeTruthy()
  })
})

describe('the account screen', () => {
  it('registers a recovery phone after a second factor, and removes it again', async () => {
    const { user } = await renderApp({
      hash: '#/account',
      state: (nowMs: number) => ({ status: signedInStatus(nowMs), isGuarded: false }),
    })
    await user.click(await screen.findByRole('button', { name: 'Add a recovery phone' }))
    await user.type(await screen.findByLabelText(/Phone number/), '+49 151 99999942')
    await user.click(screen.getByRole('button', { name: 'Send passcode' }))
    await user.type(await screen.findByLabelText('Passcode'), rightCode)
    expect(await screen.findByText('+4••••••••9942')).toBeTruthy()
    expect(await screen.findByRole('button', { name: 'Remove the recovery phone' })).toBeTruthy()
  })

  it('confirms a mail address', async () => {
    const { user } = await renderApp({
      hash: '#/account',
      state: (nowMs: number) => ({ status: signedInStatus(nowMs), isGuarded: false }),
    })
    await user.click(await screen.findByRole('button', { name: 'Add a mail address' }))
    await user.type(await screen.findByRole('textbox', { name: 'Mail address' }), 'anna@example.com')
    await user.click(screen.getByRole('button', { name: 'Send passcode' }))
    await user.type(await screen.findByLabelText('Passcode'), rightCode)
    expect(await screen.findByText('an•••@example.com')).toBeTruthy()
  })
})
