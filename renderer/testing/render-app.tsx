import { cleanup, configure, render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { App, createQueries } from '../app.tsx'
import type { HostAbilities } from '../host/host-abilities.ts'
import { webHost } from '../host/web-host.ts'
import { createTranslations } from '../locale/i18n.ts'
import { createFakeClient } from './fake-client.ts'
import { signedInStatus, type FakeState } from './fake-state.ts'

// Tests share two cores with real servers: late is not never.
configure({ asyncUtilTimeout: 15_000 })

afterEach(() => {
  cleanup()
  localStorage.clear()
  location.hash = ''
})

interface RenderOptions {
  readonly hash?: string
  readonly state?: (nowMs: number) => Partial<FakeState>
  readonly host?: Partial<HostAbilities>
}

/** The whole interface on the fake client, as a person finds it, with what they copied and saved. */
export async function renderApp({ hash = '', state, host = {} }: RenderOptions = {}) {
  const clock = new FakeClock(Date.parse('2026-10-14T08:30:00.000Z'))
  const api = createFakeClient(clock, state?.(clock.nowMs()) ?? {})
  const kept: string[] = []
  const abilities: HostAbilities = {
    ...webHost,
    copyText: (text) => {
      kept.push(text)
      return Promise.resolve()
    },
    saveText: (_name, text) => {
      kept.push(text)
      return Promise.resolve(true)
    },
    ...host,
  }
  location.hash = hash
  const user = userEvent.setup()
  const queries = createQueries()
  render(
    <App
      services={{ api, clock, host: abilities }}
      translations={await createTranslations()}
      queries={queries}
      env="test"
    />,
  )
  return { api, clock, user, kept, queries }
}

export const signedIn = (nowMs: number): Partial<FakeState> => ({ status: signedInStatus(nowMs) })
