// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { plainInstallation, type Installation } from '../../shared/model/installation.ts'
import { newComputerStatus, type FakeState } from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

async function givePassword(user: UserEvent, password = 'correct horse') {
  const name = await screen.findByLabelText('Login name')
  if ((name as HTMLInputElement).value === '') await user.type(name, 'anna')
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

async function choosePhone(user: UserEvent) {
  await givePassword(user)
  await user.click(await screen.findByRole('button', { name: /My phone/ }))
  return screen.findByLabelText('Passcode')
}

describe('signing in', () => {
  it('offers the phones masked and by their names, the last used one first', async () => {
    const { user } = await renderApp()
    await givePassword(user)
    const list = await screen.findByRole('list', { name: /prove it is you/ })
    const rows = within(list)
      .getAllByRole('button')
      .map((row) => row.textContent)
    expect(rows[0]).toContain('My phone+4••••••••1763')
    expect(rows.map((row) => row.includes('Backup codes'))).not.toContain(true)
  })

  it('shows the same failure for whatever was wrong', async () => {
    const { user } = await renderApp()
    await givePassword(user, 'guess')
    expect((await screen.findByRole('alert')).textContent).toContain('Signing in did not work')
  })

  it('masks the password, shows it on demand, and takes it from the clipboard', async () => {
    const { user, api } = await renderApp()
    const name = await screen.findByLabelText('Login name')
    if ((name as HTMLInputElement).value === '') await user.type(name, 'anna')
    const field = screen.getByLabelText<HTMLInputElement>('Password')
    expect([field.type, field.autocomplete]).toEqual(['password', 'current-password'])
    await user.click(field)
    await user.paste(' a long one from a manager ')
    await user.click(screen.getByRole('button', { name: 'Show or hide the password' }))
    expect(field.type).toBe('text')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => {
      const start = api.state.calls.find((call) => call.name === 'signIn.start')
      expect(start?.input).toMatchObject({ password: ' a long one from a manager ' })
    })
  })

  it('takes the whole pasted message and sends it by itself', async () => {
    const { user } = await renderApp()
    await user.click(await choosePhone(user))
    await user.paste('Holdfast: XYWD-123456 is your passcode.')
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
  })

  it('takes only digits and sends the passcode when the last one is typed', async () => {
    const { user, api } = await renderApp()
    await user.type(await choosePhone(user), '1a2b3-456')
    await screen.findByRole('heading', { name: 'Home' })
    const proofs = api.state.calls.filter((call) => call.name === 'transaction.prove')
    expect(proofs.map((call) => call.input)).toEqual([{ code: '123456', trustDevice: false }])
  })

  it('after a wrong passcode says how many tries are left, and is ready for another', async () => {
    const { user } = await renderApp()
    const field = await choosePhone(user)
    await user.type(field, '111111')
    expect((await screen.findByRole('alert')).textContent).toContain('That code is not right')
    expect(screen.getByText('4 tries left')).toBeTruthy()
    expect((field as HTMLInputElement).value).toBe('')
    expect(document.activeElement).toBe(field)
  })

  it('begins anew, with the reason, when the tries are used up', async () => {
    const { user } = await renderApp()
    const field = await choosePhone(user)
    for (let tries = 0; tries < 5; tries++) await user.type(field, '111111')
    expect((await screen.findByRole('alert')).textContent).toContain('Too many wrong codes')
    expect(screen.getByLabelText('Password')).toBeTruthy()
  })

  it('no longer says why the last attempt ended when the next one is refused', async () => {
    const { user, api } = await renderApp()
    const field = await choosePhone(user)
    for (let tries = 0; tries < 5; tries++) await user.type(field, '111111')
    await screen.findByText(/Too many wrong codes/)
    api.fail('signIn.start', 'RATE_LIMITED')
    await givePassword(user)
    await waitFor(() => expect(screen.queryByText(/Too many wrong codes/)).toBeNull())
    expect(screen.getAllByRole('alert')).toHaveLength(1)
  })

  it('tells an expired passcode as such and sends a new one', async () => {
    const { user, api } = await renderApp()
    const field = await choosePhone(user)
    api.fail('transaction.prove', 'PASSCODE_EXPIRED')
    await user.type(field, '123456')
    expect((await screen.findByText(/has expired/)).textContent).toContain('Send a new one')
    expect(screen.queryByLabelText('Passcode')).toBeNull()
  })

  it('waits for the cool-down before a passcode can be sent again', async () => {
    const { user } = await renderApp()
    await choosePhone(user)
    const again = screen.getByRole('button', { name: 'Send again in 0:30' })
    expect((again as HTMLButtonElement).disabled).toBe(true)
  })

  it('lets in by a backup code when no phone is at hand', async () => {
    const { user } = await renderApp()
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /can’t use any/ }))
    await user.click(await screen.findByRole('button', { name: /Backup codes/ }))
    await user.type(await screen.findByLabelText('Backup code'), 'h7k2m-9xq4p{Enter}')
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
  })

  it('asks whether to trust the computer, and says so', async () => {
    const { user, api } = await renderApp()
    const field = await choosePhone(user)
    await user.click(screen.getByLabelText(/Trust this computer/))
    await user.type(field, '123456')
    await screen.findByRole('heading', { name: 'Home' })
    const proof = api.state.calls.find((call) => call.name === 'transaction.prove')
    expect(proof?.input).toEqual({ code: '123456', trustDevice: true })
  })

  it('lets a step be left, and ends it on the server', async () => {
    const { user, api } = await renderApp()
    await choosePhone(user)
    await user.click(screen.getByRole('button', { name: /start again/ }))
    expect(await screen.findByLabelText('Password')).toBeTruthy()
    expect(api.state.calls.map((call) => call.name)).toContain('transaction.cancel')
  })

  it('asks for the server once, on a new computer', async () => {
    const { user, api } = await renderApp({ state: (nowMs) => ({ status: newComputerStatus(nowMs) }) })
    await user.type(await screen.findByLabelText('Server address'), 'https://backup.example.com')
    await givePassword(user)
    await screen.findByRole('heading', { name: /prove it is you/ })
    const connect = api.state.calls.find((call) => call.name === 'server.connect')
    expect(connect?.input).toEqual({
      address: 'https://backup.example.com',
      allowInsecure: false,
      caFile: null,
    })
  })

  it('knows the server still when a first sign-in was given up, and lets another one begin', async () => {
    const { user } = await renderApp({ state: (nowMs) => ({ status: newComputerStatus(nowMs) }) })
    await user.type(await screen.findByLabelText('Server address'), 'https://backup.example.com:8443')
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: 'Cancel and start again' }))
    await givePassword(user)
    expect(await screen.findByRole('heading', { name: /prove it is you/ })).toBeTruthy()
  })

  it('takes address, port and proxy apart, by keyboard alone, and sends them as one way', async () => {
    const { user, api } = await renderApp({ state: (nowMs) => ({ status: newComputerStatus(nowMs) }) })
    await user.type(await screen.findByLabelText('Server address'), 'backup.example.com:8443')
    const advanced = screen.getByRole('button', { name: 'Connection settings' })
    expect(advanced.getAttribute('aria-expanded')).toBe('false')
    advanced.focus()
    await user.keyboard('{Enter}')
    const port = screen.getByLabelText('Port')
    // The port that was typed into the address has moved to its own field.
    expect((port as HTMLInputElement).value).toBe('8443')
    await user.clear(port)
    await user.type(port, '9x443')
    await user.click(screen.getByRole('combobox', { name: 'Way to the server' }))
    await user.click(await screen.findByRole('option', { name: 'Through a proxy of my own' }))
    await user.type(screen.getByLabelText(/^Proxy address/), 'proxy.example.com:3128')
    await user.type(screen.getByLabelText('Login name at the proxy'), 'ann')
    await user.type(screen.getByLabelText('Password at the proxy'), 'secret of the proxy')
    await user.type(screen.getByLabelText('No proxy for'), 'intranet, 192.0.2.0/24')
    await givePassword(user)
    await screen.findByRole('heading', { name: /prove it is you/ })
    expect(api.state.calls.find((call) => call.name === 'server.connect')?.input).toEqual({
      address: 'backup.example.com:9443',
      allowInsecure: false,
      caFile: null,
      proxy: {
        kind: 'manual',
        address: 'proxy.example.com:3128',
        loginName: 'ann',
        password: 'secret of the proxy',
        exceptions: ['intranet', '192.0.2.0/24'],
      },
    })
  })

  it('opens the place to mend it when the proxy wants a sign-in', async () => {
    const { user, api } = await renderApp({ state: (nowMs) => ({ status: newComputerStatus(nowMs) }) })
    api.fail('server.connect', 'PROXY_SIGN_IN_REQUIRED')
    await user.type(await screen.findByLabelText('Server address'), 'backup.example.com')
    await givePassword(user)
    expect((await screen.findByRole('alert')).textContent).toContain('The proxy wants you to sign in')
    expect(screen.getByRole('button', { name: 'Connection settings' }).getAttribute('aria-expanded')).toBe(
      'true',
    )
  })

  it('offers the protected file where the system keeps no passwords, and takes it only on a yes', async () => {
    const { user, api } = await renderApp({
      state: (nowMs) => ({
        status: {
          ...newComputerStatus(nowMs),
          secretStore: { kind: 'system', state: 'unavailable', place: '' },
        },
      }),
    })
    await user.click(await screen.findByRole('button', { name: 'Use a protected file instead' }))
    expect(api.state.calls.map((call) => call.name)).not.toContain('app.chooseSecretStore')
    const dialog = await screen.findByRole('dialog')
    await user.click(within(dialog).getByRole('button', { name: 'Use a protected file instead' }))
    await waitFor(() => expect(screen.queryByText(/is not available/)).toBeNull())
    expect(api.state.status.secretStore.kind).toBe('file')
  })

  it('hides the server where the administrator fixed it, and leaves the proxy, which laptops need', async () => {
    const { user } = await renderApp({ state: prepared({ isServerFixed: true }) })
    await user.click(await screen.findByRole('button', { name: 'Connection settings' }))
    expect(screen.getByRole('combobox', { name: 'Way to the server' })).toBeTruthy()
    expect(screen.queryByLabelText('Server address')).toBeNull()
    expect(screen.queryByLabelText('Port')).toBeNull()
  })

  it('asks for nothing but the account where all of the way is fixed', async () => {
    await renderApp({ state: prepared({ isServerFixed: true, isProxyFixed: true }) })
    await screen.findByLabelText('Password')
    expect(screen.queryByRole('button', { name: 'Connection settings' })).toBeNull()
  })
})

function prepared(change: Partial<Installation>) {
  return (nowMs: number): Partial<FakeState> => ({
    status: {
      ...newComputerStatus(nowMs),
      server: { address: 'https://fixed.example.com', allowInsecure: false, caFile: null },
      installation: { ...plainInstallation, ...change },
    },
  })
}

describe('the first sign-in', () => {
  it('demands a password of one’s own first', async () => {
    const { user } = await renderApp({ state: () => ({ secondFactor: 'change-password' }) })
    await givePassword(user)
    const save = await screen.findByRole('button', { name: 'Change password' })
    await user.type(screen.getByLabelText('New password'), 'a new long one')
    await user.type(screen.getByLabelText('New password again'), 'another')
    expect((save as HTMLButtonElement).disabled).toBe(true)
    await user.clear(screen.getByLabelText('New password again'))
    await user.type(screen.getByLabelText('New password again'), 'a new long one')
    await user.click(save)
    expect(await screen.findByRole('heading', { name: /prove it is you/ })).toBeTruthy()
  })

  it('with a compulsory second step has no way around it', async () => {
    const { user } = await renderApp({ state: () => ({ secondFactor: 'must-enrol' }) })
    await givePassword(user)
    await screen.findByRole('heading', { name: 'Set up a second step' })
    expect(screen.queryByRole('button', { name: 'Not now' })).toBeNull()
  })

  it('pairs an authenticator by a live code and does not go on before the backup codes are kept', async () => {
    const { user, kept } = await renderApp({ state: () => ({ secondFactor: 'must-enrol' }) })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: /Authenticator app/ }))
    await user.click(await screen.findByRole('button', { name: 'Continue' }))
    expect(await screen.findByRole('img', { name: /QR code/ })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: /show the key/ }))
    expect(screen.getByText(/JBSW Y3DP/)).toBeTruthy()
    await user.type(screen.getByLabelText('Code'), '123456')
    await screen.findByRole('heading', { name: 'Save your backup codes' })
    const goOn = screen.getByRole('button', { name: 'Continue' })
    expect((goOn as HTMLButtonElement).disabled).toBe(true)
    await user.click(screen.getByRole('button', { name: 'Copy' }))
    await user.click(goOn)
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy()
    expect(kept[0]).toContain('h7k2m-9xq4p')
  })

  it('of a legacy client says what goes without a second step, and leads to one', async () => {
    const { user } = await renderApp({ state: () => ({ secondFactor: 'legacy' }) })
    await givePassword(user)
    expect(await screen.findByText(/no restoring, no looking into backups, no changes/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Set up the second step now' }))
    expect(await screen.findByText(/Your administrator requires one/)).toBeTruthy()
  })

  it('of a legacy client that only backs up is reminded at home, with the way out', async () => {
    const { user } = await renderApp({ state: () => ({ secondFactor: 'legacy' }) })
    await givePassword(user)
    await user.click(await screen.findByRole('button', { name: 'Go on, only back up' }))
    expect(await screen.findByText('Signed in without a second step')).toBeTruthy()
    await user.click(screen.getAllByRole('button', { name: 'Sign out' }).at(-1) ?? document.body)
    expect(await screen.findByLabelText('Password')).toBeTruthy()
  })

  it('with an offered second step can say no for good', async () => {
    const { user, api } = await renderApp({ state: () => ({ secondFactor: 'offer' }) })
    await givePassword(user)
    await user.click(await screen.findByLabelText('Do not show this again'))
    await user.click(screen.getByRole('button', { name: 'Not now' }))
    await screen.findByRole('heading', { name: 'Home' })
    const skip = api.state.calls.find((call) => call.name === 'transaction.skipEnrolment')
    expect(skip?.input).toEqual({ dontShowAgain: true })
  })
})
