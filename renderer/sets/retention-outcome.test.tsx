// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderApp, signedIn } from '../testing/render-app.tsx'
import { fullAccount } from '../testing/fake-data.ts'

const hash = '#/sets/set_documents0000000000000'

it('the editor shows which backups stay, at once with every change of the rules', async () => {
  const { user } = await renderApp({ hash, state: signedIn })
  const section = await screen.findByRole('region', { name: 'How long backups stay' })
  expect(await within(section).findByText('All 24 backups that are there now stay.')).toBeTruthy()
  await user.click(within(section).getByRole('radio', { name: 'My own rules' }))
  const within14 = within(section).getByLabelText('All of the last … days')
  await user.clear(within14)
  await user.type(within14, '1')
  expect(await within(section).findByText(/23 stay and 1 goes with the next maintenance/)).toBeTruthy()
  await user.click(within(section).getByText('Show each backup'))
  const table = within(section).getByRole('table')
  expect(within(table).getAllByText('with the next maintenance')).toHaveLength(1)
  expect(within(table).getAllByText(/^around /).length).toBeGreaterThan(5)
})

it('a set without a backup has nothing to show yet', async () => {
  await renderApp({
    hash,
    state: (nowMs) => ({
      ...signedIn(nowMs),
      account: { ...fullAccount(nowMs), snapshots: new Map() },
    }),
  })
  expect(await screen.findByText(/no backup yet that this could be shown on/)).toBeTruthy()
})
