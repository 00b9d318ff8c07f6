import { describe, expect, it } from 'vitest'
import type { ClientApi } from '../shared/client-api.ts'
import { decideQuit, type QuitAnswer } from './quit.ts'

function api(running: number | 'failing'): ClientApi {
  const reply =
    running === 'failing'
      ? { ok: false, problem: { code: 'PROFILE_IN_USE', message: '' } }
      : { ok: true, value: { running: Array.from({ length: running }, () => 'run') } }
  return { request: () => Promise.resolve(reply as never), on: () => () => undefined }
}

const never = (): Promise<QuitAnswer> => Promise.reject(new Error('Nobody is to be asked.'))

describe('quitting', () => {
  it('ends at once when nothing runs', async () => {
    expect(await decideQuit({ api: api(0), isOwner: true, ask: never })).toBe('quit')
  })

  it('ends at once when what runs belongs to the daemon', async () => {
    expect(await decideQuit({ api: api(1), isOwner: false, ask: never })).toBe('quit')
  })

  it('ends at once when the client does not answer', async () => {
    expect(await decideQuit({ api: api('failing'), isOwner: true, ask: never })).toBe('quit')
  })

  it.each([
    ['keep-running', 'hide'],
    ['stop', 'quit'],
    ['cancel', 'stay'],
  ] as const)('while a backup runs asks, and the answer %s means %s', async (answer, decision) => {
    expect(await decideQuit({ api: api(1), isOwner: true, ask: () => Promise.resolve(answer) })).toBe(
      decision,
    )
  })
})
