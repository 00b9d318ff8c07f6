// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Language } from '../locale/languages.ts'
import { signedInStatus } from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

async function settings(language: Language | null, isGuarded = true) {
  const app = await renderApp({
    hash: '#/settings',
    state: (nowMs) => ({ status: signedInStatus(nowMs), language, isGuarded }),
  })
  const section = within(await screen.findByRole('region', { name: 'Look and language' }))
  const told = () => app.api.state.calls.filter(({ name }) => name === 'account.setLanguage')
  return { ...app, section, told }
}

it('says that messages come in the language of the window, and offers nothing more', async () => {
  const { section } = await settings('en')
  expect(await section.findByText('Messages from the server come in this language too.')).toBeTruthy()
  expect(section.queryByRole('button', { name: /Send them/ })).toBeNull()
})

it('tells the server a language that is chosen, and messages follow', async () => {
  const { api, section, told, user } = await settings('en', false)
  await user.click(section.getByRole('combobox', { name: 'Language' }))
  await user.click(await screen.findByRole('option', { name: 'Deutsch' }))
  expect(await screen.findByText('Auch Nachrichten vom Server kommen in dieser Sprache.')).toBeTruthy()
  expect([told().map(({ input }) => input), api.state.language]).toEqual([[{ language: 'de' }], 'de'])
})

it('asks for no code just to look at the window in another language, and says what is still otherwise', async () => {
  const { api, section, user } = await settings('en')
  await user.click(section.getByRole('combobox', { name: 'Language' }))
  await user.click(await screen.findByRole('option', { name: 'Deutsch' }))
  expect(await screen.findByText('Nachrichten vom Server kommen auf English.')).toBeTruthy()
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(api.state.language).toBe('en')
})

it('changes the language of messages after a proof', async () => {
  const { api, section, user } = await settings(null)
  expect(await section.findByText(/in the language it was set up with/)).toBeTruthy()
  await user.click(section.getByRole('button', { name: 'Send them in English' }))
  expect(await screen.findByRole('dialog', { name: 'Confirm that it is you' })).toBeTruthy()
  expect(api.state.language).toBeNull()
})
