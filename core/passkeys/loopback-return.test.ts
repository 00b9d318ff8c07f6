import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { listenForReturn, type LoopbackReturn } from './loopback-return.ts'

const state = 's'.repeat(43)
let listener: LoopbackReturn | undefined
afterEach(() => listener?.close())

async function open(): Promise<LoopbackReturn> {
  listener = await listenForReturn(state)
  listener.showAfterwards('https://cbs.example.com/passkey?lang=de')
  return listener
}

interface Asked {
  readonly path: string
  readonly method?: string
  readonly host?: string
}

function ask(
  port: number,
  { path, method = 'GET', host }: Asked,
): Promise<{ status: number; location?: string }> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host }
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.resume()
      const { location } = response.headers
      resolve({ status: response.statusCode ?? 0, ...(location === undefined ? {} : { location }) })
    })
      .on('error', reject)
      .end()
  })
}

describe('what a browser brings back', () => {
  it('is taken once, and the browser goes on to the server’s page, so that no code stays in its address', async () => {
    const { port, returned } = await open()
    const answer = await ask(port, { path: `/?code=abc&state=${state}` })
    expect(answer).toEqual({ status: 303, location: 'https://cbs.example.com/passkey?lang=de#done' })
    expect(await returned).toEqual({ kind: 'code', code: 'abc' })
    await expect(ask(port, { path: `/?code=def&state=${state}` })).rejects.toThrow('ECONNREFUSED')
  })

  it('may be that the person said no', async () => {
    const { port, returned } = await open()
    const answer = await ask(port, { path: `/?error=declined&state=${state}` })
    expect(answer.location).toBe('https://cbs.example.com/passkey?lang=de#declined')
    expect(await returned).toEqual({ kind: 'declined' })
  })

  it.each([
    ['without the state', { path: '/?code=abc' }],
    ['with another state', { path: `/?code=abc&state=${'x'.repeat(43)}` }],
    ['with neither code nor refusal', { path: `/?state=${state}` }],
    ['with an error that is none of ours', { path: `/?error=other&state=${state}` }],
    ['at another path', { path: `/other?code=abc&state=${state}` }],
    ['as a whole address', { path: `http://127.0.0.1/?code=abc&state=${state}` }],
    ['with another method', { path: `/?code=abc&state=${state}`, method: 'POST' }],
    // A page that rebinds its own name to 127.0.0.1.
    ['under another name', { path: `/?code=abc&state=${state}`, host: 'evil.example' }],
  ])('%s changes nothing, and the waiting goes on', async (_what, asked) => {
    const { port, returned } = await open()
    expect((await ask(port, asked)).status).toBe(404)
    await ask(port, { path: `/?code=right&state=${state}` })
    expect(await returned).toEqual({ kind: 'code', code: 'right' })
  })
})
