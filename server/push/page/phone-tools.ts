/** One account that this browser has a key for. */
export interface Phone {
  readonly keyId: string
  readonly privateKey: CryptoKey
  readonly loginName: string
  /** The account has had it; what never was is forgotten when it is over. */
  readonly isPaired: boolean
}

export type Answer =
  | { readonly ok: true; readonly body: Record<string, unknown> }
  | { readonly ok: false; readonly code: string; readonly reason: string }

export type PhoneTools = ReturnType<typeof phoneTools>

/**
 * The key of a phone and the calls that it signs. The server sends this function's own text beside the page's,
 * so it uses nothing from outside of itself but the browser.
 */
export function phoneTools() {
  let nonce = ''

  // The server

  /** @param isFresh what changes something uses its nonce up; what only reads takes one until it is too old */
  async function callSigned(
    phone: Phone,
    purpose: string,
    path: string,
    body: object,
    more: readonly string[] = [],
    isFresh = false,
  ): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      if (isFresh || nonce === '') {
        const reply = await call('nonces', {})
        if (!reply.ok) return reply
        nonce = String(reply.body['nonce'])
      }
      const used = nonce
      if (isFresh) nonce = ''
      const head = [`holdfast-phone-${purpose}-v1`, location.origin, phone.keyId, used]
      const signature = await signed(phone.privateKey, [...head, ...more])
      const sent = { ...body, keyId: phone.keyId, nonce: used, signature }
      const reply = await call(`authenticator/${path}`, sent)
      const isOld = !reply.ok && reply.code === 'INPUT_INVALID' && reply.reason === 'expired'
      if (!isOld || tries > 1) return reply
      nonce = ''
    }
  }

  async function call(path: string, body: object): Promise<Answer> {
    try {
      const response = await fetch(`/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        credentials: 'omit',
        cache: 'no-store',
      })
      const reply = (await response.json()) as Record<string, unknown>
      if (response.ok) return { ok: true, body: reply }
      const details = (reply['details'] ?? {}) as Record<string, unknown>
      return { ok: false, code: String(reply['code']), reason: String(details['reason']) }
    } catch {
      return { ok: false, code: 'UNREACHABLE', reason: '' }
    }
  }

  async function signed(key: CryptoKey, lines: readonly string[]): Promise<string> {
    const text = new TextEncoder().encode(lines.join('\n'))
    return base64url(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, text))
  }

  function base64url(bytes: ArrayBuffer): string {
    const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
    return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  }

  function bytesOf(text: string): Uint8Array<ArrayBuffer> {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
  }

  // Keys, which stay in this browser

  async function inStore<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast-authenticator', 1)
      opening.onupgradeneeded = () => opening.result.createObjectStore('phones', { keyPath: 'keyId' })
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(new Error('No database.'))
    })
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction('phones', mode, { durability: 'strict' })
        const request = work(transaction.objectStore('phones'))
        transaction.oncomplete = () => resolve(request.result)
        transaction.onabort = () => reject(new Error('Not kept.'))
      })
    } finally {
      database.close()
    }
  }

  async function storedPhones(): Promise<readonly Phone[]> {
    const all = (await inStore('readonly', (store) => store.getAll())) as readonly Phone[]
    return all.filter((phone) => phone.loginName !== '')
  }

  async function keep(phone: Phone): Promise<void> {
    await inStore('readwrite', (store) => store.put(phone))
  }

  async function forget(keyId: string): Promise<void> {
    await inStore('readwrite', (store) => store.delete(keyId))
  }

  return { base64url, bytesOf, call, callSigned, forget, keep, signed, storedPhones }
}
