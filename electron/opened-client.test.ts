import { describe, expect, it } from 'vitest'
import type { ClientApi, ClientEvent } from '../shared/client-api.ts'
import { AppError } from '../shared/errors.ts'
import { apiOnceOpen } from './opened-client.ts'

function fakeApi() {
  const listeners = new Set<(payload: unknown) => void>()
  const api = {
    request: (name: string) => Promise.resolve({ ok: true, value: name }),
    on: (_name: ClientEvent, listener: (payload: unknown) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } as unknown as ClientApi
  return { api, listeners }
}

function opening() {
  let open: (api: ClientApi) => void = () => undefined
  const opened = new Promise<ClientApi>((resolve) => (open = resolve))
  return { open, opened, early: apiOnceOpen(opened) }
}

describe('a client that is being opened', () => {
  it('answers what was asked before it was open', async () => {
    const { api } = fakeApi()
    const { open, early } = opening()
    const answer = early.request('app.status', {})
    open(api)
    expect(await answer).toEqual({ ok: true, value: 'app.status' })
  })

  it('tells its events to who listened before, and not to who stopped', async () => {
    const { api, listeners } = fakeApi()
    const { open, opened, early } = opening()
    const stop = early.on('session.changed', () => undefined)
    early.on('session.changed', () => undefined)()
    open(api)
    await opened
    expect(listeners.size).toBe(1)
    stop()
    expect(listeners.size).toBe(0)
  })

  it('that cannot be opened says why to who asks', async () => {
    const failure = new AppError('PROFILE_DAMAGED', 'The profile is damaged.')
    const early = apiOnceOpen(Promise.reject(failure))
    early.on('session.changed', () => undefined)
    await expect(early.request('app.status', {})).rejects.toBe(failure)
  })
})
