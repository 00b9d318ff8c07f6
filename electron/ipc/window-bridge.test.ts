import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientApi } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { HostHandlers } from '../host/host-contract.ts'
import { pageAddress } from '../page/page-address.ts'
import { channels } from './channels.ts'
import type { Sender } from './sender.ts'
import { openWindowBridge, type Invocations } from './window-bridge.ts'

const ours: Sender = { webContentsId: 7, frame: { url: pageAddress, isTop: true } }
const stranger: Sender = { webContentsId: 7, frame: { url: 'https://evil.example/', isTop: true } }

let asked: unknown[]
let sent: unknown[]
let refused: string[]
let unexpected: unknown[]
let listeners: Map<string, (payload: never) => void>
let answers: Map<string, Parameters<Invocations['handle']>[1]>
let hasWindow: boolean
let close: () => void

const api: ClientApi = {
  request: (name, input) => {
    asked.push([name, input])
    return Promise.resolve({ ok: true, value: {} as never })
  },
  on: (name, listener) => {
    listeners.set(name, listener)
    return () => void listeners.delete(name)
  },
}

const openExternal = vi.fn<HostHandlers['openExternal']>()
const host = { openExternal } as Partial<HostHandlers> as HostHandlers

beforeEach(() => {
  asked = []
  sent = []
  refused = []
  unexpected = []
  listeners = new Map()
  answers = new Map()
  hasWindow = true
  openExternal.mockReset().mockResolvedValue({ done: true })
  const bridge = openWindowBridge({
    api,
    host,
    invocations: { handle: (channel, answer) => void answers.set(channel, answer) },
    page: () => {
      const send = (...values: unknown[]) => void sent.push(values)
      return hasWindow ? { webContentsId: 7, send, sendOnceThere: send } : undefined
    },
    onUnexpected: (error) => {
      unexpected.push(error)
      return 'err_1'
    },
    onRefused: (_sender, channel) => void refused.push(channel),
  })
  close = () => bridge.close()
})

const invoke = (channel: string, sender: Sender, name: unknown, input: unknown): Promise<unknown> =>
  answers.get(channel)?.(sender, name, input) ?? Promise.reject(new Error(`Nobody answers ${channel}`))

describe('the window’s page', () => {
  it('gets its requests answered', async () => {
    await invoke(channels.clientRequest, ours, 'run.cancel', { jobRunId: `run_${'a'.repeat(22)}` })
    expect(asked).toEqual([['run.cancel', { jobRunId: `run_${'a'.repeat(22)}` }]])
  })

  it('is told of events while there is a window', () => {
    listeners.get('session.changed')?.({ isSignedIn: true } as never)
    hasWindow = false
    listeners.get('session.changed')?.({ isSignedIn: false } as never)
    expect(sent).toEqual([[channels.clientEvent, 'session.changed', { isSignedIn: true }]])
  })

  it('is told nothing after the bridge closed', () => {
    close()
    expect(listeners.size).toBe(0)
  })
})

describe.each([channels.clientRequest, channels.hostRequest])('on %s', (channel) => {
  it('a stranger is refused before anything of the message is looked at', async () => {
    const reply = await invoke(channel, stranger, 'sets.delete', { backupSetId: 'anything' })
    expect(reply).toMatchObject({ ok: false, problem: { code: 'NOT_ALLOWED' } })
    expect(asked).toEqual([])
    expect(refused).toEqual([channel])
  })

  it.each([
    ['no.such'],
    ['__proto__'],
    ['constructor'],
    [undefined],
    [{ toString: (): string => 'app.status' }],
  ])('the unknown request %s is refused', async (name) => {
    expect(await invoke(channel, ours, name, {})).toMatchObject({
      ok: false,
      problem: { code: 'NOT_FOUND' },
    })
    expect(asked).toEqual([])
  })
})

describe('a malformed input', () => {
  it('is answered with the field’s path and never with its value', async () => {
    const reply = await invoke(channels.clientRequest, ours, 'signIn.start', {
      loginName: 'ann',
      password: 77123,
    })
    expect(reply).toMatchObject({
      ok: false,
      problem: { code: 'INPUT_INVALID', details: { paths: ['password'] } },
    })
    expect(JSON.stringify(reply)).not.toContain('77123')
    expect(asked).toEqual([])
  })

  it('does not reach the host', async () => {
    const reply = await invoke(channels.hostRequest, ours, 'openExternal', { address: 5 })
    expect(reply).toMatchObject({ ok: false, problem: { code: 'INPUT_INVALID' } })
    expect(openExternal).not.toHaveBeenCalled()
  })
})

describe('a failure of the host', () => {
  it('travels as a problem', async () => {
    openExternal.mockRejectedValue(new AppError('NOT_ALLOWED', 'Not that address.'))
    const reply = await invoke(channels.hostRequest, ours, 'openExternal', { address: 'file:///' })
    expect(reply).toEqual({ ok: false, problem: { code: 'NOT_ALLOWED', message: 'Not that address.' } })
  })

  it('that nobody foresaw tells nothing but its id', async () => {
    openExternal.mockRejectedValue(new Error('/home/ann/secret'))
    const reply = await invoke(channels.hostRequest, ours, 'openExternal', { address: 'https://a.example' })
    expect(reply).toMatchObject({ ok: false, problem: { code: 'UNEXPECTED', errorId: 'err_1' } })
    expect(JSON.stringify(reply)).not.toContain('secret')
    expect(unexpected).toHaveLength(1)
  })
})
