// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { renderApp, signedIn } from '../testing/render-app.tsx'

async function startRestore(user: UserEvent) {
  await user.click(await screen.findByRole('button', { name: 'Restore everything…' }))
  await user.click(await screen.findByRole('button', { name: 'Restore' }))
  return screen.findByRole('dialog', { name: 'Confirm that it is you' })
}

describe('a restore', () => {
  it('asks for a fresh code, for this set, and then goes on by itself', async () => {
    const { user, api } = await renderApp({ hash: '#/restore', state: signedIn })
    const dialog = await startRestore(user)
    await user.click(within(dialog).getByRole('button', { name: /Aegis/ }))
    await user.type(await within(dialog).findByLabelText('Code'), '123456')
    expect(await screen.findByRole('heading', { name: 'Documents and pictures' })).toBeTruthy()
    const names = api.state.calls
      .map((call) => call.name)
      .filter((name) => /^(restore\.start|stepUp)/.test(name))
    expect(names).toEqual(['restore.start', 'stepUp.start', 'restore.start'])
    const set = api.state.account.sets[0]
    expect(api.state.calls.find((call) => call.name === 'stepUp.start')?.input).toEqual({
      operation: { kind: 'restore', backupSetId: set?.id },
    })
  })

  it('does not happen when the person closes the dialog, and that is no failure', async () => {
    const { user, api } = await renderApp({ hash: '#/restore', state: signedIn })
    const dialog = await startRestore(user)
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
    expect(api.state.calls.filter((call) => call.name === 'restore.start')).toHaveLength(1)
    expect(api.state.calls.at(-1)?.name).toBe('transaction.cancel')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('says why when the proof ended without success', async () => {
    const { user, api } = await renderApp({ hash: '#/restore', state: signedIn })
    const dialog = await startRestore(user)
    api.fail('transaction.chooseMethod', 'SIGN_IN_ENDED', { reason: 'too-many-tries' })
    await user.click(within(dialog).getByRole('button', { name: /Aegis/ }))
    expect((await screen.findByRole('alert')).textContent).toContain('This sign-in is over')
    expect(api.state.calls.filter((call) => call.name === 'restore.start')).toHaveLength(1)
  })
})
