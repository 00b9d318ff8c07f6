// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { usualPolicy, type FakeState } from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

const everyMethod: FakeState['policy'] = {
  ...usualPolicy,
  methods: ['sms', 'voice', 'email', 'totp', 'backup-code'],
}

const open = async (change: Partial<FakeState>) => await renderApp({ state: () => change })

async function givePassword(user: UserEvent) {
  const name = await screen.findByLabelText('Login name')
  if ((name as HTMLInputElement).value === '') await user.type(name, 'anna')
  await user.type(screen.getByLabelText('Password'), 'correct horse')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

describe('a phone that can be called', () => {
  it('is there once for each way to it, told apart by words', async () => {
    const { user } = await open({ policy: everyMethod })
    await givePassword(user)
    const rows = within(await screen.findByRole('list', { name: /prove it is you/ }))
      .getAllByRole('button', { name: /My phone/ })
      .map((row) => row.textContent)
    expect(rows).toHaveLength(2)
    expect(rows[0]).toContain('Text message')
    expect(rows[1]).toContain('Phone call')
  })

  it('is called from the list, and the screen says so', async () => {
    const { user, api } = await open({ policy: everyMethod })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /My phone.*Phone call/ }))
    await screen.findByLabelText('Passcode')
    expect(screen.getByText(/We are calling/)).toBeTruthy()
    expect(screen.getByText(/names the letters XYWD first/)).toBeTruthy()
    expect(api.state.calls.find((call) => call.name === 'transaction.chooseMethod')?.input).toMatchObject({
      channel: 'voice',
    })
  })

  it('offers the call beside sending again, after the same wait', async () => {
    const { user } = await open({ policy: everyMethod })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /My phone.*Text message/ }))
    const call = await screen.findByRole('button', { name: 'Call me instead' })
    expect(call.hasAttribute('disabled')).toBe(true)
  })

  it('offers no call where policy has none', async () => {
    const { user } = await renderApp()
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /My phone/ }))
    await screen.findByLabelText('Passcode')
    expect(screen.queryByRole('button', { name: 'Call me instead' })).toBeNull()
  })
})

describe('setting up a method', () => {
  it('by mail asks for an address, and says where the code went', async () => {
    const { user, api } = await open({ policy: everyMethod, secondFactor: 'must-enrol' })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /E-mail/ }))
    const send = await screen.findByRole('button', { name: 'Send passcode' })
    await user.type(screen.getByLabelText('E-mail address'), 'anna')
    expect(send.hasAttribute('disabled')).toBe(true)
    await user.type(screen.getByLabelText('E-mail address'), '@example.org')
    await user.click(send)
    await screen.findByLabelText('Passcode')
    expect(screen.getByText('an•••@example.org')).toBeTruthy()
    expect(api.state.calls.find((call) => call.name === 'transaction.startEnrolment')?.input).toEqual({
      method: 'email',
      emailAddress: 'anna@example.org',
    })
  })

  it('says until when it may be put off, and has no box that hides it for good', async () => {
    const { user } = await open({
      policy: { ...everyMethod, secondFactor: 'offered', compulsoryFrom: '2030-01-31T12:00:00.000Z' },
      secondFactor: 'offer',
    })
    await givePassword(user)
    expect((await screen.findByText(/a second step is required/)).textContent).toContain('2030')
    expect(screen.queryByLabelText('Do not show this again')).toBeNull()
    expect(screen.getByRole('button', { name: 'Not now' })).toBeTruthy()
  })

  it.each([
    [
      { preset: 'microsoft', name: null },
      'Scan this with Microsoft Authenticator',
      /com\.azure\.authenticator/,
    ],
    [{ preset: 'google', name: null }, 'Scan this with Google Authenticator', /google-authenticator/],
  ] as const)('with the app %o names it and where to get it', async (app, title, store) => {
    const { user } = await open({ policy: { ...everyMethod, app }, secondFactor: 'must-enrol' })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /Authenticator app/ }))
    await user.click(await screen.findByRole('button', { name: 'Continue' }))
    expect(await screen.findByRole('heading', { name: title })).toBeTruthy()
    expect(screen.getByText(store)).toBeTruthy()
    expect(screen.getByText(/Valid for/)).toBeTruthy()
  })

  it('with an app of the administrator’s own name shows that name', async () => {
    const app = { preset: 'third-party', name: 'MyAuthenticator' } as const
    const { user } = await open({ policy: { ...everyMethod, app }, secondFactor: 'must-enrol' })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /Authenticator app/ }))
    await user.click(await screen.findByRole('button', { name: 'Continue' }))
    expect(await screen.findByRole('heading', { name: 'Scan this with MyAuthenticator' })).toBeTruthy()
  })
})

it('the code form cannot be reached again after the page is loaded anew', async () => {
  const first = await open({ policy: everyMethod })
  await givePassword(first.user)
  await first.user.click(await screen.findByRole('button', { name: /My phone.*Text message/ }))
  await screen.findByLabelText('Passcode')
  cleanup()
  await open({ policy: everyMethod })
  expect(await screen.findByLabelText('Password')).toBeTruthy()
  expect(screen.queryByLabelText('Passcode')).toBeNull()
})
