// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { isoOf } from '../../shared/clock.ts'
import {
  newComputerStatus,
  rightInvitation,
  rightResetCode,
  signedInStatus,
  signedOutStatus,
  type FakeState,
} from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

const email = 'zoe@example.org'
const offering =
  (change: Partial<FakeState> = {}) =>
  (nowMs: number): Partial<FakeState> => ({
    status: { ...signedOutStatus(nowMs), loginName: null },
    trial: { days: 30, needsInvitation: false },
    ...change,
  })

const press = async (user: UserEvent, name: string) =>
  await user.click(await screen.findByRole('button', { name }))
async function ask(user: UserEvent) {
  await press(user, 'Start a free trial')
  await user.type(await screen.findByLabelText('Mail address'), email)
  await press(user, 'Send the code')
  return await screen.findByLabelText('Code from the mail')
}
async function choosePassword(user: UserEvent, password: string) {
  for (const label of ['New password', 'New password again']) {
    await user.clear(screen.getByLabelText(label))
    await user.type(screen.getByLabelText(label), password)
  }
}
const inputsOf = (calls: FakeState['calls'], name: string) =>
  calls.filter((call) => call.name === name).map(({ input }) => input)

describe('a free trial', () => {
  it('is registered with a mailed code and a password, and leads back to signing in with the address', async () => {
    const { user, api } = await renderApp({ state: offering() })
    const code = await ask(user)
    expect(screen.getByText(/If zoe@example.org may be registered/)).toBeTruthy()
    await user.type(code, rightResetCode)
    await user.type(screen.getByLabelText('Your name'), 'Zoë Lang')
    await choosePassword(user, 'a good long password')
    await press(user, 'Create account')
    expect((await screen.findByText(/Your account is ready/)).textContent).toContain('Nov 13, 2026')
    expect(screen.getByLabelText<HTMLInputElement>('Login name').value).toBe(email)
    expect(document.activeElement).toBe(screen.getByLabelText('Password'))
    expect(inputsOf(api.state.calls, 'trial.register')).toEqual([
      {
        email,
        language: 'en',
        code: rightResetCode,
        newPassword: 'a good long password',
        displayName: 'Zoë Lang',
      },
    ])
    expect(api.state.calls.map(({ name }) => name)).not.toContain('signIn.start')
  })

  it('can be reached and asked for by keyboard alone', async () => {
    const { user, api } = await renderApp({ state: offering() })
    const start = await screen.findByRole('button', { name: 'Start a free trial' })
    for (let tabs = 0; tabs < 20 && document.activeElement !== start; tabs += 1) await user.tab()
    expect(document.activeElement).toBe(start)
    await user.keyboard('{Enter}')
    expect(document.activeElement).toBe(await screen.findByLabelText('Mail address'))
    await user.keyboard(`${email}{Enter}`)
    expect(document.activeElement).toBe(await screen.findByLabelText('Code from the mail'))
    expect(inputsOf(api.state.calls, 'trial.ask')).toEqual([{ email, language: 'en' }])
  })

  it('is not spoken of where the server offers none', async () => {
    await renderApp({ state: offering({ trial: null }) })
    await screen.findByLabelText('Login name')
    await screen.findByRole('button', { name: 'Forgotten password' })
    expect(screen.queryByRole('button', { name: 'Start a free trial' })).toBeNull()
  })

  it('of a server that was never asked is found out by asking it', async () => {
    const { user, api } = await renderApp({ state: (nowMs) => ({ status: newComputerStatus(nowMs) }) })
    const address = await screen.findByLabelText(/Server address/)
    expect(screen.queryByRole('button', { name: 'Start a free trial' })).toBeNull()
    await user.type(address, 'https://backup.example.com')
    await press(user, 'Start a free trial')
    expect(await screen.findByText('This server offers no free trial.')).toBeTruthy()
    expect(api.state.status.server?.address).toBe('https://backup.example.com')
  })

  it('of such a server leads back to a form that knows the server', async () => {
    const { user } = await renderApp({
      state: (nowMs) => ({ status: newComputerStatus(nowMs), trial: { days: 30, needsInvitation: false } }),
    })
    await user.type(await screen.findByLabelText(/Server address/), 'https://backup.example.com')
    await user.type(await ask(user), rightResetCode)
    await choosePassword(user, 'a good long password')
    await press(user, 'Create account')
    await user.type(await screen.findByLabelText('Password'), 'a good long password')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(false)
  })

  it('asks for an invitation where one is needed, and says beside the field that it is wrong', async () => {
    const { user, api } = await renderApp({
      state: offering({ trial: { days: 30, needsInvitation: true } }),
    })
    await press(user, 'Start a free trial')
    await user.type(await screen.findByLabelText('Mail address'), email)
    const send = screen.getByRole<HTMLButtonElement>('button', { name: 'Send the code' })
    expect(send.disabled).toBe(true)
    const invitation = screen.getByLabelText('Invitation code')
    await user.type(invitation, 'winter')
    await user.click(send)
    expect(await screen.findByText('This is not the code of the invitation.')).toBeTruthy()
    await user.clear(invitation)
    await user.type(invitation, rightInvitation)
    await user.click(send)
    expect(await screen.findByLabelText('Code from the mail')).toBeTruthy()
    expect(inputsOf(api.state.calls, 'trial.ask').at(-1)).toEqual({
      email,
      language: 'en',
      invitationCode: rightInvitation,
    })
  })

  it('says beside the fields what the server refuses, and keeps what was typed', async () => {
    const { user, api } = await renderApp({ state: offering() })
    api.fail('trial.ask', 'INPUT_INVALID', { paths: ['email'] })
    await press(user, 'Start a free trial')
    await user.type(await screen.findByLabelText('Mail address'), 'zoe')
    // The address goes to the server as it is: what is one is decided there.
    await press(user, 'Send the code')
    expect(await screen.findByText('This is not a mail address.')).toBeTruthy()
    api.heal('trial.ask')
    await user.type(screen.getByLabelText('Mail address'), '@example.org')
    await press(user, 'Send the code')
    await user.type(await screen.findByLabelText('Code from the mail'), rightResetCode)
    await choosePassword(user, 'password1')
    await press(user, 'Create account')
    expect(await screen.findByText(/too easy to guess/)).toBeTruthy()
    expect(screen.getByLabelText<HTMLInputElement>('Code from the mail').value).toBe(rightResetCode)
    await choosePassword(user, 'a good long password')
    await press(user, 'Create account')
    expect(await screen.findByText(/Your account is ready/)).toBeTruthy()
  })

  it('tells a wrong code, and that there were too many tries', async () => {
    const { user, api } = await renderApp({ state: offering() })
    await user.type(await ask(user), 'wrong-wrong-wrong-wrong')
    await choosePassword(user, 'a good long password')
    await press(user, 'Create account')
    expect((await screen.findByRole('alert')).textContent).toMatch(/not right|wrong/i)
    api.fail('trial.register', 'RATE_LIMITED', { retryAfterSeconds: 600 })
    await press(user, 'Create account')
    expect(await screen.findByText(/10 min/)).toBeTruthy()
  })

  it('takes a code that is there already, with the address that it was mailed to', async () => {
    const { user, api } = await renderApp({ state: offering() })
    await press(user, 'Start a free trial')
    await press(user, 'I have a code')
    await user.type(await screen.findByLabelText('Mail address'), email)
    await user.type(screen.getByLabelText('Code from the mail'), rightResetCode)
    await choosePassword(user, 'a good long password')
    await press(user, 'Create account')
    expect(await screen.findByText(/Your account is ready/)).toBeTruthy()
    expect(inputsOf(api.state.calls, 'trial.ask')).toEqual([])
  })

  it('goes back to the address, and from there to signing in', async () => {
    const { user } = await renderApp({ state: offering() })
    await ask(user)
    await press(user, 'Back')
    expect((await screen.findByLabelText<HTMLInputElement>('Mail address')).value).toBe(email)
    await press(user, 'Back')
    expect(await screen.findByLabelText('Login name')).toBeTruthy()
  })

  it('sends another code after a minute', async () => {
    const { user, api, clock } = await renderApp({ state: offering() })
    await ask(user)
    const again = await screen.findByRole<HTMLButtonElement>('button', { name: /Another code in 1:00/ })
    expect(again.disabled).toBe(true)
    act(() => clock.advance(60_000))
    await press(user, 'Send another code')
    expect(inputsOf(api.state.calls, 'trial.ask')).toHaveLength(2)
    expect(await screen.findByRole('button', { name: /Another code in 1:00/ })).toBeTruthy()
  })
})

describe('somebody on trial', () => {
  const day = 86_400_000
  const signedIn = (days: number | null) => (nowMs: number) => ({
    status: signedInStatus(nowMs),
    trialEndsAt: days === null ? null : isoOf(nowMs + days * day),
  })

  it.each([
    [20, false],
    [6, true],
  ])('with %d days left is told so at home, marked where it is near: %s', async (days, isNear) => {
    await renderApp({ state: signedIn(days) })
    const note = await screen.findByText(/Your free trial ends/)
    expect(note.textContent).toContain(`in ${days} days`)
    expect(note.className.includes('hf-note-warn')).toBe(isNear)
  })

  it('sees it in the account screen, too', async () => {
    await renderApp({ hash: '#/account', state: signedIn(20) })
    expect(await screen.findByText(/Your free trial ends/)).toBeTruthy()
  })

  it('who pays is told nothing of it', async () => {
    await renderApp({ hash: '#/account', state: signedIn(null) })
    await screen.findByText(/Last sign-in|Signed in/i)
    expect(screen.queryByText(/Your free trial ends/)).toBeNull()
  })
})
