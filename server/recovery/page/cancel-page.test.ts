import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { httpFixture } from '../../http/http.fixture.ts'

const token = 'c'.repeat(43)
const waiting = new Set<string>()
const asked: string[] = []

let server: Awaited<ReturnType<typeof httpFixture>>
beforeEach(async () => {
  waiting.add(token)
  asked.length = 0
  server = await httpFixture({
    handlers: {
      cancelRecovery: ({ cancelToken }) => {
        asked.push(cancelToken)
        return Promise.resolve({ wasWaiting: waiting.delete(cancelToken) })
      },
    },
  })
})
afterEach(() => server.close())

const open = async (method: 'GET' | 'POST', of = token, language = 'en') =>
  await server.app.inject({
    method,
    url: `/recovery/cancel/${of}`,
    headers: {
      'accept-language': language,
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
  })

describe('the page behind the link of a notice', () => {
  it('stops nothing when it is opened, however often a scanner of mails does so', async () => {
    for (let count = 0; count < 3; count += 1) expect((await open('GET')).statusCode).toBe(200)
    expect(asked).toEqual([])
  })

  it('stops the recovery when its button is pressed, once', async () => {
    expect((await open('POST')).body).toContain('The recovery is stopped')
    expect((await open('POST')).body).toContain('There is nothing to stop')
    expect(asked).toEqual([token, token])
  })

  it('looks the same for a link that nobody was sent, and asks nothing about one that cannot be', async () => {
    expect((await open('GET', 'x'.repeat(43))).body).toBe((await open('GET')).body)
    expect((await open('POST', 'short')).body).toContain('There is nothing to stop')
    expect(asked).toEqual([])
  })

  it('lets no script run, is framed by nobody, kept by no cache and names its address to nobody', async () => {
    const { headers } = await open('GET')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).not.toContain('script-src')
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
  })

  it('speaks the reader’s language, from right to left where it is written so', async () => {
    const page = await open('GET', token, 'ar-EG, en;q=0.5')
    expect(page.body).toContain('<html lang="ar" dir="rtl">')
    expect(page.headers['content-language']).toBe('ar')
  })

  it('leaves the token out of the program’s log', async () => {
    await open('POST')
    expect(JSON.stringify(server.log.lines)).not.toContain(token)
  })
})
