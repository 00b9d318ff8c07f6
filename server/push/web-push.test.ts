import { createDecipheriv, createECDH, createHmac, createPublicKey, verify, type ECDH } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverConfigSchema } from '../config.ts'
import { codeOf } from '../sign-in/auth.fixture.ts'
import { openPushAuth, site, type PushAuth } from './phone.fixture.ts'
import { isKnownPushService } from './push-services.ts'
import { sealMessage } from './seal-message.ts'
import { newVapidKeys, vapidKeys } from './vapid.ts'
import { notifyPhone, type PushFetch } from './wake-phone.ts'

const fromBase64 = (text: string) => Buffer.from(text, 'base64url')
const endpoint = 'https://fcm.googleapis.com/fcm/send/abc'

describe('a message for a browser', () => {
  it('is encrypted as in RFC 8291 appendix A', () => {
    const sender = createECDH('prime256v1')
    sender.setPrivateKey(fromBase64('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'))
    const salt = fromBase64('DGv6ra1nlYgDCS1FRnbzlw')
    const receiver = {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    }
    const plain = 'When I grow up, I want to be a watermelon'
    expect(sealMessage(plain, receiver, { salt, sender }).toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    )
  })

  it('is another one each time', () => {
    const receiver = newBrowser().subscription
    expect(sealMessage('x', receiver).equals(sealMessage('x', receiver))).toBe(false)
  })
})

describe('the list of push services', () => {
  it.each([
    ['https://fcm.googleapis.com/fcm/send/x', true],
    ['https://updates.push.services.mozilla.com/wpush/v2/x', true],
    ['https://web.push.apple.com/x', true],
    ['https://wns2-par02p.notify.windows.com/w/?token=x', true],
    ['https://push.example.org/x', true],
    ['https://a.push.example.org/x', true],
    ['http://fcm.googleapis.com/fcm/send/x', false],
    ['https://fcm.googleapis.com:8443/x', false],
    ['https://fcm.googleapis.com@127.0.0.1/x', false],
    ['https://fcm.googleapis.com.evil.example/x', false],
    ['https://evilfcm.googleapis.com.example/x', false],
    ['https://notpush.apple.com/x', false],
    ['https://127.0.0.1/x', false],
    ['https://[::1]/x', false],
    ['https://169.254.169.254/latest/meta-data', false],
    ['file:///etc/passwd', false],
    ['fcm.googleapis.com', false],
  ])('%s is on it: %s', (address, isKnown) => {
    expect(isKnownPushService(address, ['push.example.org'])).toBe(isKnown)
  })
})

describe('the notification of a paired phone', () => {
  let auth: PushAuth
  let deps: PushAuth['deps']
  beforeEach(async () => {
    auth = await openPushAuth()
    deps = { ...auth.deps, config: { ...auth.deps.config, environment: 'production' } }
  })
  afterEach(() => auth.store.close())

  async function subscribed() {
    const user = await auth.userWithPhone('anna')
    const browser = newBrowser()
    await user.phone.subscribe(browser.subscription)
    return { ...user, browser }
  }

  it('carries nothing but that something waits, readable by that browser alone, and ends within a minute', async () => {
    const { browser, factorId } = await subscribed()
    const service = standIn()
    expect(await notifyPhone(deps, factorId, service.send)).toBe('sent')
    const [sent] = service.taken
    if (sent === undefined) throw new Error('Nothing was sent.')
    expect(sent.url).toBe(endpoint)
    expect(sent.init.redirect).toBe('error')
    expect(sent.headers).toMatchObject({ ttl: '60', urgency: 'high', 'content-encoding': 'aes128gcm' })
    expect(browser.open(sent.body)).toBe('{"kind":"request"}')
    expect(() => newBrowser().open(sent.body)).toThrow(/authenticate/)
  })

  it('is signed for that push service by the key that the page was given (RFC 8292)', async () => {
    const { factorId, phone } = await subscribed()
    const service = standIn()
    await notifyPhone(deps, factorId, service.send)
    const [, token = '', key = ''] =
      /^vapid t=(\S+), k=(\S+)$/.exec(service.taken[0]?.headers['authorization'] ?? '') ?? []
    expect(key).toBe((await phone.look()).pushKey)
    const [head = '', claims = '', signature = ''] = token.split('.')
    const point = fromBase64(key)
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    }
    const publicKey = {
      key: createPublicKey({ format: 'jwk', key: jwk }),
      dsaEncoding: 'ieee-p1363',
    } as const
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, fromBase64(signature))).toBe(true)
    const said = JSON.parse(fromBase64(claims).toString()) as { aud: string; exp: number; sub: string }
    expect([said.aud, said.sub]).toEqual(['https://fcm.googleapis.com', site])
    const hours = (said.exp * 1000 - auth.clock.nowMs()) / 3_600_000
    expect(hours).toBeGreaterThan(0)
    expect(hours).toBeLessThanOrEqual(24)
  })

  it.each([404, 410])('is given up for good when the service answers %d', async (status) => {
    const { factorId, phone } = await subscribed()
    expect((await phone.look()).hasSubscription).toBe(true)
    const service = standIn(status)
    expect(await notifyPhone(deps, factorId, service.send)).toBe('forgotten')
    expect((await phone.look()).hasSubscription).toBe(false)
    expect(await notifyPhone(deps, factorId, service.send)).toBe('not-sent')
    expect(service.taken).toHaveLength(1)
  })

  it.each([429, 500, 503])('stays subscribed when the service answers %d', async (status) => {
    const { factorId, phone } = await subscribed()
    expect(await notifyPhone(deps, factorId, standIn(status).send)).toBe('not-sent')
    expect((await phone.look()).hasSubscription).toBe(true)
    expect(auth.logged.join()).not.toContain(endpoint)
  })

  it('that fails does not keep the request from the page', async () => {
    const user = await subscribed()
    await expect(
      notifyPhone(deps, user.factorId, () => Promise.reject(new Error('no network'))),
    ).rejects.toThrow('no network')
    const { approval, request, transactionToken } = await auth.waiting(user)
    await user.phone.approve(request, approval.number)
    expect((await auth.taken(transactionToken)).kind).toBe('signed-in')
  })

  it.each(['test', 'staging'] as const)('is never sent where the environment is %s', async (environment) => {
    const { factorId } = await subscribed()
    const service = standIn()
    const copy = { ...deps, config: { ...deps.config, environment } }
    expect(await notifyPhone(copy, factorId, service.send)).toBe('not-sent')
    expect(service.taken).toEqual([])
  })

  it('can be switched off, and the page then offers none', async () => {
    const { factorId, phone } = await subscribed()
    await auth.setSettings({ pushNotifications: false })
    const service = standIn()
    expect(await notifyPhone(deps, factorId, service.send)).toBe('not-sent')
    expect((await phone.look()).pushKey).toBeNull()
    expect(service.taken).toEqual([])
  })

  it('goes to no service that was taken off the list since', async () => {
    await auth.setSettings({ pushServices: ['push.example.org'] })
    const user = await auth.userWithPhone('anna')
    await user.phone.subscribe({ ...newBrowser().subscription, endpoint: 'https://push.example.org/a' })
    await auth.setSettings({ pushServices: [] })
    const service = standIn()
    expect(await notifyPhone(deps, user.factorId, service.send)).toBe('not-sent')
    expect(service.taken).toEqual([])
  })

  it('cannot be pointed at the server’s own network, nor by anybody but the phone', async () => {
    const anna = await auth.userWithPhone('anna')
    const { subscription } = newBrowser()
    const inside = { ...subscription, endpoint: 'https://10.0.0.1/admin' }
    expect(await codeOf(anna.phone.subscribe(inside))).toBe('INPUT_INVALID')
    expect(await codeOf(auth.newPhone().subscribe(subscription))).toBe('NOT_ALLOWED')
    await anna.phone.subscribe(subscription)
    await anna.phone.subscribe(null)
    expect((await anna.phone.look()).hasSubscription).toBe(false)
  })

  it('leaves its address and the server’s key sealed in the database', async () => {
    const { factorId } = await subscribed()
    const keys = await vapidKeys(deps)
    expect(await vapidKeys(deps)).toEqual(keys)
    const rows = JSON.stringify([
      await auth.store.db.selectFrom('factors').selectAll().where('id', '=', factorId).execute(),
      await auth.store.db.selectFrom('settings').selectAll().execute(),
    ])
    expect(rows).not.toContain('googleapis')
    expect(rows).not.toContain(keys?.privateKey)
  })
})

describe('the server’s key for notifications', () => {
  it('is a whole one also when its number is small', () => {
    for (let i = 0; i < 50; i++) expect(fromBase64(newVapidKeys().privateKey)).toHaveLength(32)
  })
})

describe('the configuration', () => {
  it('without a public address notifies nobody', async () => {
    const auth = await openPushAuth()
    const user = await auth.userWithPhone('anna')
    const config = serverConfigSchema.parse({ ...auth.deps.config, publicAddress: null })
    expect(await notifyPhone({ ...auth.deps, config }, user.factorId)).toBe('not-sent')
    await auth.store.close()
  })
})

/** A push service that takes note of what it gets. */
function standIn(status = 201) {
  const taken: { url: string; init: RequestInit; headers: Record<string, string>; body: Buffer }[] = []
  const send: PushFetch = (url, init) => {
    const headers = init.headers as Record<string, string>
    taken.push({ url, init, headers, body: Buffer.from(init.body as Uint8Array) })
    return Promise.resolve({ status })
  }
  return { taken, send }
}

/** A browser's side of a subscription, which opens what was sealed to it (RFC 8188, RFC 8291). */
function newBrowser() {
  const pair: ECDH = createECDH('prime256v1')
  const p256dh = pair.generateKeys().toString('base64url')
  const auth = Buffer.alloc(16, 9)
  const hmac = (key: Buffer, ...data: Buffer[]) =>
    createHmac('sha256', key).update(Buffer.concat(data)).digest()
  const one = Buffer.from([1])
  return {
    subscription: { endpoint, p256dh, auth: auth.toString('base64url') },
    open(body: Buffer): string {
      const salt = body.subarray(0, 16)
      const sender = body.subarray(21, 21 + body.readUInt8(20))
      const sealed = body.subarray(21 + sender.length)
      const shared = hmac(auth, pair.computeSecret(sender))
      const info = [Buffer.from('WebPush: info\0'), fromBase64(p256dh), sender, one]
      const secret = hmac(salt, hmac(shared, ...info))
      const key = hmac(secret, Buffer.from('Content-Encoding: aes128gcm\0'), one).subarray(0, 16)
      const nonce = hmac(secret, Buffer.from('Content-Encoding: nonce\0'), one).subarray(0, 12)
      const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
      expect(plain.at(-1)).toBe(2)
      return plain.subarray(0, -1).toString()
    },
  }
}
