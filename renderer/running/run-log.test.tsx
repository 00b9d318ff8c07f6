// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { fakeProgress } from '../testing/fake-files.ts'
import { fullAccount, runId } from '../testing/fake-data.ts'
import { signedInStatus, type FakeState } from '../testing/fake-state.ts'
import { renderApp, signedIn } from '../testing/render-app.tsx'

const failedRun = '#/runs/run_0d12000000000000000000'

describe('the log of a run', () => {
  it('is read only when somebody wants to see it, and can be exported', async () => {
    const { api, user, kept } = await renderApp({ hash: failedRun, state: signedIn })
    const show = await screen.findByRole('button', { name: 'Show the log' })
    expect(api.state.calls.map(({ name }) => name)).not.toContain('runs.log')
    await user.click(show)
    const lines = await screen.findByRole('list', { name: 'Log' })
    expect(within(lines).getByText(/i\/o timeout/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Export' }))
    expect(kept[0]).toContain('restic warning: Save(<data/9f86d081>) returned error')
  })

  it('says where logs are when this computer has none', async () => {
    const { user } = await renderApp({
      hash: failedRun,
      state: (nowMs) => ({ ...signedIn(nowMs), failures: new Map([['runs.log', 'NOT_FOUND']]) }),
    })
    await user.click(await screen.findByRole('button', { name: 'Show the log' }))
    expect(await screen.findByText(/no log of this run on this computer/)).toBeTruthy()
  })
})

const running = (nowMs: number): Partial<FakeState> => {
  const account = fullAccount(nowMs)
  const shown = account.sets.slice(0, 1)
  return {
    account,
    underWay: new Map(
      shown.map((set) => [runId('shown'), fakeProgress(set, runId('shown'), 'backup', 0.42)]),
    ),
    status: { ...signedInStatus(nowMs), running: [runId('shown')] },
  }
}

describe('a window that opens while something runs', () => {
  it('shows how far it is before any event is told', async () => {
    await renderApp({ hash: '#/runs/run_shown00000000000000000', state: running })
    expect((await screen.findAllByText('42%')).length).toBeGreaterThan(0)
  })
})
