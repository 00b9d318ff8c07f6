import { describe, expect, it } from 'vitest'
import { answer } from './answer.ts'
import type { ClientHandlers } from './client-api.ts'
import { AppError } from './errors.ts'

const signOut = (): Promise<{ done: true }> => Promise.resolve({ done: true })
const handlers = (own: Partial<ClientHandlers>): ClientHandlers =>
  ({ 'signIn.signOut': signOut, ...own }) as ClientHandlers
const noLog = (): string => 'unused'

describe('an answer', () => {
  it('carries the handler’s value', async () => {
    expect(await answer(handlers({}), 'signIn.signOut', {}, noLog)).toEqual({
      ok: true,
      value: { done: true },
    })
  })

  it.each(['nope', 'constructor', '__proto__', 'toString'])('refuses the unknown name %s', async (name) => {
    expect(await answer(handlers({}), name, {}, noLog)).toMatchObject({
      ok: false,
      problem: { code: 'NOT_FOUND' },
    })
  })

  it('refuses a malformed input before any handler runs, naming the path and not the value', async () => {
    let ran = false
    const start: ClientHandlers['signIn.start'] = () => {
      ran = true
      return Promise.reject(new Error('never'))
    }
    const reply = await answer(
      handlers({ 'signIn.start': start }),
      'signIn.start',
      { loginName: 'anna', password: ['hunter2'] },
      noLog,
    )
    expect(reply).toMatchObject({
      ok: false,
      problem: { code: 'INPUT_INVALID', details: { paths: ['password'] } },
    })
    expect(JSON.stringify(reply)).not.toContain('hunter2')
    expect(ran).toBe(false)
  })

  it('carries a known failure as a value', async () => {
    const fail = (): Promise<never> => Promise.reject(new AppError('SESSION_ENDED', 'Signed out.'))
    const reply = await answer(handlers({ 'account.me': fail }), 'account.me', {}, noLog)
    expect(reply).toEqual({ ok: false, problem: { code: 'SESSION_ENDED', message: 'Signed out.' } })
  })

  it('tells of an unexpected failure only the id of its log line', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('secret inside'))
    const reply = await answer(handlers({ 'account.me': fail }), 'account.me', {}, () => 'err-7')
    expect(reply).toMatchObject({ ok: false, problem: { code: 'UNEXPECTED', errorId: 'err-7' } })
    expect(JSON.stringify(reply)).not.toContain('secret inside')
  })
})
