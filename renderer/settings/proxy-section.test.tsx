// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { AppStatus } from '../../shared/client-api.ts'
import { signedInStatus } from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

const kept: AppStatus['proxy'] = {
  settings: { kind: 'manual', address: 'http://proxy.example.com:3128', loginName: 'ann', exceptions: [] },
  hasPassword: true,
  inUse: 'proxy.example.com:3128',
}

async function settings(proxy?: AppStatus['proxy']) {
  const app = await renderApp({
    hash: '#/settings',
    state: (nowMs) => ({ status: { ...signedInStatus(nowMs), ...(proxy === undefined ? {} : { proxy }) } }),
  })
  const section = within(await screen.findByRole('region', { name: 'Proxy' }))
  const calls = () => app.api.state.calls.filter((call) => call.name === 'server.connect')
  return { ...app, section, calls }
}

it('says which way is in use, and saves nothing while nothing was changed', async () => {
  const { section } = await settings(kept)
  expect(section.getByRole('status').textContent).toBe(
    'The server is reached through proxy.example.com:3128.',
  )
  expect(section.getByRole<HTMLButtonElement>('button', { name: 'Try and save' }).disabled).toBe(true)
})

it('shows that a password is kept and never the password, and keeps it when something else changes', async () => {
  const { user, section, calls } = await settings(kept)
  expect(section.getByLabelText<HTMLInputElement>('Password at the proxy').value).toBe('')
  expect(section.getByText(/One is kept/)).toBeTruthy()
  await user.type(section.getByLabelText('No proxy for'), 'intranet')
  await user.click(section.getByRole('button', { name: 'Try and save' }))
  expect(await section.findByText('Saved. The server answers this way.')).toBeTruthy()
  expect(calls().map(({ input }) => input)).toEqual([
    expect.objectContaining({ proxy: { ...kept.settings, exceptions: ['intranet'] } }),
  ])
})

it('tells a refusal where it was asked, and keeps what was typed', async () => {
  const { user, section, api } = await settings()
  api.fail('server.connect', 'PROXY_UNREACHABLE')
  await user.click(section.getByRole('combobox', { name: 'Way to the server' }))
  await user.click(await screen.findByRole('option', { name: 'Through a proxy of my own' }))
  await user.type(section.getByLabelText(/^Proxy address/), 'proxy.example.com')
  await user.click(section.getByRole('button', { name: 'Try and save' }))
  expect((await section.findByRole('alert')).textContent).toContain('The proxy cannot be reached')
  expect(section.getByLabelText<HTMLInputElement>(/^Proxy address/).value).toBe('proxy.example.com')
})
