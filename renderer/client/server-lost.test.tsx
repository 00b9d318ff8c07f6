// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { createQueries } from '../app.tsx'
import { renderApp, signedIn } from '../testing/render-app.tsx'

const note = /What is shown may be old/

describe('a server that is lost', () => {
  it('is said on a screen that still has what it shows, and no longer when it is back', async () => {
    const { api, user } = await renderApp({ state: signedIn })
    await screen.findByText('Everything is protected')
    expect(screen.queryByText(note)).toBeNull()
    api.fail('factors.list', 'SERVER_UNREACHABLE')
    api.fail('account.me', 'SERVER_UNREACHABLE')
    await user.click(screen.getByRole('link', { name: 'Account and security' }))
    await user.click(screen.getByRole('link', { name: 'Home' }))
    expect(await screen.findByText(note)).toBeTruthy()
    expect(screen.getByText('Everything is protected')).toBeTruthy()
    api.heal('factors.list')
    api.heal('account.me')
    // Nobody clicks anything.
    await waitFor(() => expect(screen.queryByText(note)).toBeNull())
  })

  it('is asked again and again, and nothing is while all is well, so that an idle session ends', () => {
    const { refetchInterval } = createQueries().getDefaultOptions().queries ?? {}
    const afterError = (error: Error | null) =>
      typeof refetchInterval === 'function' && refetchInterval({ state: { error } } as never)
    expect(afterError(new AppError('SERVER_UNREACHABLE', 'Gone.'))).toBe(5_000)
    expect([afterError(null), afterError(new AppError('NOT_ALLOWED', 'No.'))]).toEqual([false, false])
  })
})
