// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { plainInstallation, type Installation } from '../../shared/model/installation.ts'
import { fullAccount } from '../testing/fake-data.ts'
import { signedInStatus, type FakeState } from '../testing/fake-state.ts'
import { renderApp } from '../testing/render-app.tsx'

const prepared =
  (change: Partial<Installation>) =>
  (nowMs: number): Partial<FakeState> => ({
    status: { ...signedInStatus(nowMs), installation: { ...plainInstallation, ...change } },
  })

it('the administrator’s language and theme are shown to whoever chose none, here and around the window', async () => {
  const told: string[] = []
  const host = {
    setLanguage: (language: string) => Promise.resolve(void told.push(language)),
    setTheme: (theme: string) => Promise.resolve(void told.push(theme)),
  }
  await renderApp({ state: prepared({ language: 'de', theme: 'dark' }), host })
  expect(await screen.findByRole('link', { name: 'Einstellungen' })).toBeTruthy()
  await waitFor(() => expect(document.documentElement.dataset['mantineColorScheme']).toBe('dark'))
  expect(new Set(told)).toEqual(new Set(['de', 'dark']))
  expect(localStorage.getItem('holdfast.language')).toBeNull()
  expect(localStorage.getItem('mantine-color-scheme-value')).toBeNull()
})

it('a person’s own choice stays', async () => {
  localStorage.setItem('holdfast.language', 'fr')
  localStorage.setItem('mantine-color-scheme-value', 'light')
  await renderApp({ state: prepared({ language: 'de', theme: 'dark' }) })
  expect(await screen.findByRole('link', { name: 'Réglages' })).toBeTruthy()
  expect(document.documentElement.dataset['mantineColorScheme']).toBe('light')
})

it('an ACB installation shows its edition', async () => {
  await renderApp({ hash: '#/about', state: prepared({ edition: 'ACB' }) })
  expect(await screen.findByText('ACB: personal computers')).toBeTruthy()
})

it.each([
  ['OBM', 1],
  ['ACB', 0],
] as const)('the editor of a set in the edition %s has %d part for commands', async (edition, count) => {
  const [set] = fullAccount(0).sets
  await renderApp({ hash: `#/sets/${set?.id ?? ''}`, state: prepared({ edition }) })
  await screen.findByRole('region', { name: 'How long backups stay' })
  expect(screen.queryAllByRole('region', { name: 'Commands before and after' })).toHaveLength(count)
  expect(screen.queryAllByRole('region', { name: 'Speed limits' })).toHaveLength(count)
})
