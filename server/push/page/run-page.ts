import type { Answer, Phone, PhoneTools } from './phone-tools.ts'

/** The words of the page, in one language; the script gets them beside it as data. */
export interface PageScriptWords {
  readonly [key: string]: string
}

/**
 * The Holdfast authenticator, in a phone's browser. The server sends this function's own text, so it uses
 * nothing from outside of itself but the browser.
 *
 * 1. It holds no session. Each call is signed with a key that was made here and cannot be read out.
 * 2. The token of the address is taken out of it, and out of the history, before anything is asked.
 * 3. Nothing is agreed to before its owner has read who asks and typed the number from the other screen.
 * 4. Everything that came from elsewhere is shown as text, never as markup.
 */
export function runPage(tools: PhoneTools): void {
  const { base64url, bytesOf, call, callSigned, forget, keep, signed, storedPhones } = tools
  interface Request {
    readonly requestId: string
    readonly challengeId: string
    readonly isNew: boolean
    readonly loginName: string
    readonly purpose: string
    readonly operation: { readonly kind: string } | null
    readonly clientName: string
    readonly hostName: string
    readonly address: string
    readonly isSameNetwork: boolean
    readonly startedAt: string
  }

  const words = JSON.parse(byId('words').textContent) as PageScriptWords
  const language = document.documentElement.lang
  const pollMs = 3000
  const token = location.hash.slice(1)
  history.replaceState(null, '', location.pathname + location.search)
  // An address of the same page, put into the same tab, only changes what stands behind the #.
  addEventListener('hashchange', () => location.reload())

  const cards = new Map<string, HTMLElement>()
  const removed = new Set<string>()
  const subscribed = new Set<string>()
  let phones: readonly Phone[] = []
  let pushKey: string | null = null
  let isLooking = false
  let isPairing = false
  let workers: { createScriptURL(url: string): string } | undefined

  void start()

  async function start(): Promise<void> {
    byId('pair-form').onsubmit = (event) => {
      event.preventDefault()
      const field = byId('pair-address') as HTMLInputElement
      const typed = field.value.trim().split('#').pop() ?? ''
      field.value = ''
      if (isToken(typed)) askPairing(typed)
      else say(word('overText'))
    }
    byId('notify').onclick = () => void toggleNotifications()
    addEventListener('visibilitychange', () => void look())
    try {
      phones = await storedPhones()
    } catch {
      say(word('noKeys'))
    }
    if (isToken(token)) askPairing(token)
    else showHome()
    await look()
    setInterval(() => void look(), pollMs)
  }

  function isToken(text: string): boolean {
    return /^[A-Za-z0-9_-]{43}$/.test(text)
  }

  // Pairing

  function askPairing(pairToken: string): void {
    isPairing = true
    show('pairing')
    byId('pair').onclick = () => void pair(pairToken)
    byId('pair-not').onclick = endPairing
    byId('pair-title').focus()
  }

  function endPairing(): void {
    isPairing = false
    showHome()
  }

  async function pair(pairToken: string): Promise<void> {
    say('')
    let pairKeys: CryptoKeyPair
    let publicKey: string
    try {
      pairKeys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
        'sign',
        'verify',
      ])
      publicKey = base64url(await crypto.subtle.exportKey('raw', pairKeys.publicKey))
    } catch {
      say(word('noKeys'))
      return
    }
    const { privateKey } = pairKeys
    const signature = await signed(privateKey, [
      'holdfast-phone-pair-v1',
      location.origin,
      pairToken,
      publicKey,
    ])
    // Kept before it is known to the server: a key that is registered and lost would stand in the account.
    const keyId = base64url(await crypto.subtle.digest('SHA-256', bytesOf(publicKey)))
    const body = { token: pairToken, publicKey, label: phoneName(), signature }
    try {
      await keep({ keyId, privateKey, loginName: '', isPaired: false })
    } catch {
      say(word('noKeys'))
      return
    }
    const reply = await call('authenticator/pair', body)
    if (!reply.ok) {
      await forget(keyId)
      say(word(reply.code === 'UNREACHABLE' ? 'unreachableText' : 'overText'))
      endPairing()
      return
    }
    const request = reply.body['request'] as Request
    const phone = { keyId, privateKey, loginName: request.loginName, isPaired: false }
    await keep(phone)
    phones = [...phones, phone]
    void navigator.storage?.persist?.().catch(() => false)
    addCard(phone, request)
    endPairing()
  }

  /** What the account's list calls this phone, until its owner names it. */
  function phoneName(): string {
    const system = ['iPhone', 'iPad', 'Android', 'Windows', 'Macintosh', 'Linux'].find((each) =>
      navigator.userAgent.includes(each),
    )
    return system === undefined ? word('aPhone') : system === 'Macintosh' ? 'Mac' : system
  }

  // Requests

  async function look(): Promise<void> {
    if (isLooking || document.visibilityState !== 'visible') return
    isLooking = true
    try {
      let isReached = true
      for (const phone of phones.slice()) isReached = (await lookFor(phone)) && isReached
      byId('offline').hidden = isReached
      showHome()
    } finally {
      isLooking = false
    }
  }

  async function lookFor(phone: Phone): Promise<boolean> {
    const reply = await callSigned(phone, 'look', 'requests', {})
    if (!reply.ok) return reply.code !== 'UNREACHABLE'
    const { state } = reply.body
    if (state === 'removed' && !phone.isPaired) await drop(phone)
    else if (state === 'removed') removed.add(phone.keyId)
    else removed.delete(phone.keyId)
    if (state === 'paired') {
      pushKey = reply.body['pushKey'] as string | null
      if (!phone.isPaired) await notePaired({ ...phone, isPaired: true })
    }
    if (reply.body['hasSubscription'] === true) subscribed.add(phone.keyId)
    else subscribed.delete(phone.keyId)
    const requests = reply.body['requests'] as Request[]
    for (const request of requests) if (!cards.has(request.requestId)) addCard(phone, request)
    for (const [requestId, card] of cards) {
      const isMine = card.dataset['keyId'] === phone.keyId
      if (isMine && !requests.some((each) => each.requestId === requestId)) removeCard(requestId)
    }
    return true
  }

  function addCard(phone: Phone, request: Request): void {
    const template = byId('request-template') as HTMLTemplateElement
    const card = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement
    const part = (name: string): HTMLElement => {
      const found = card.querySelector<HTMLElement>(`[data-part="${name}"]`)
      if (found === null) throw new Error(`A card has no ${name}.`)
      return found
    }
    card.dataset['keyId'] = phone.keyId
    part('title').textContent = word(request.isNew ? 'pairingTitle' : 'requestTitle')
    part('what').textContent =
      request.operation === null
        ? word(`purpose.${request.purpose}`)
        : (words[`operation.${request.operation.kind}`] ?? word('operation.other'))
    part('account').textContent = request.loginName
    part('computer').textContent = request.hostName
    part('program').textContent = request.clientName
    part('address').textContent = request.address
    part('started').textContent = new Date(request.startedAt).toLocaleTimeString(language)
    part('other-network').hidden = request.isSameNetwork
    const field = part('number') as HTMLInputElement
    field.id = `number-${request.requestId}`
    part('number-label').setAttribute('for', field.id)
    const form = part('form') as HTMLFormElement
    form.onsubmit = (event) => {
      event.preventDefault()
      if (/^\d{2}$/.test(field.value.trim())) void approve(phone, request, card, field.value.trim())
    }
    part('deny').onclick = () => void deny(phone, request, card)
    cards.set(request.requestId, card)
    byId('requests').append(card)
    showHome()
    part('title').focus()
  }

  function removeCard(requestId: string): void {
    cards.get(requestId)?.remove()
    cards.delete(requestId)
    showHome()
  }

  async function approve(phone: Phone, request: Request, card: HTMLElement, number: string): Promise<void> {
    const lines = ['holdfast-phone-approve-v1', ...linesOf(request), number]
    const reply = await answer(phone, request, card, { answer: 'approve', number }, lines)
    if (reply.ok) say(word('approvedText'), 'done')
    else if (reply.code === 'UNREACHABLE') say(word('unreachableText'))
    else if (reply.code === 'PASSCODE_WRONG') say(word('wrongNumber'))
    else say(word('overText'))
  }

  async function deny(phone: Phone, request: Request, card: HTMLElement): Promise<void> {
    const lines = ['holdfast-phone-deny-v1', ...linesOf(request)]
    const reply = await answer(phone, request, card, { answer: 'deny' }, lines)
    if (reply.ok) say(word('deniedText'))
    else say(word(reply.code === 'UNREACHABLE' ? 'unreachableText' : 'overText'))
  }

  /** Exactly what was shown is what is signed. */
  function linesOf(request: Request): readonly string[] {
    const about = JSON.stringify([request.loginName, request.purpose, request.operation])
    return [location.origin, request.requestId, request.challengeId, about]
  }

  async function answer(
    phone: Phone,
    request: Request,
    card: HTMLElement,
    given: object,
    lines: readonly string[],
  ): Promise<Answer> {
    say('')
    const controls = card.querySelectorAll<HTMLButtonElement | HTMLInputElement>('button,input')
    controls.forEach((each) => (each.disabled = true))
    const signature = await signed(phone.privateKey, lines)
    const { requestId } = request
    const reply = await call('authenticator/answer', { ...given, keyId: phone.keyId, requestId, signature })
    if (!reply.ok && reply.code === 'UNREACHABLE') controls.forEach((each) => (each.disabled = false))
    else removeCard(requestId)
    return reply
  }

  // This phone's accounts

  function showHome(): void {
    if (isPairing) return
    const isWaiting = cards.size > 0
    show(isWaiting ? 'waiting' : 'home')
    byId('idle').hidden = phones.length === 0
    byId('unpaired').hidden = phones.length > 0
    const list = byId('accounts')
    list.replaceChildren(
      ...phones.map((phone) => {
        const row = document.createElement('li')
        const name = document.createElement('bdi')
        name.textContent = phone.loginName
        const state = document.createElement('span')
        state.textContent = removed.has(phone.keyId) ? word('removed') : ''
        const button = document.createElement('button')
        button.type = 'button'
        button.textContent = word('unpair')
        button.setAttribute('aria-label', `${word('unpair')}: ${phone.loginName}`)
        button.onclick = () => void unpair(phone)
        row.append(name, state, button)
        return row
      }),
    )
    byId('notify').hidden = pushKey === null || !('PushManager' in window) || phones.length === 0
    byId('notify').textContent = word(subscribed.size > 0 ? 'notifyOff' : 'notify')
  }

  async function unpair(phone: Phone): Promise<void> {
    if (!confirm(word('unpairAsk').replace('{account}', phone.loginName))) return
    if (!removed.has(phone.keyId)) {
      const reply = await callSigned(phone, 'unpair', 'unpair', {}, [], true)
      if (!reply.ok && reply.code === 'CONFLICT') {
        say(word('lastMethod'))
        return
      }
      if (!reply.ok && reply.code !== 'NOT_ALLOWED') {
        say(word('unreachableText'))
        return
      }
    }
    await drop(phone)
    showHome()
  }

  async function drop({ keyId }: Phone): Promise<void> {
    await forget(keyId)
    phones = phones.filter((each) => each.keyId !== keyId)
  }

  async function notePaired(phone: Phone): Promise<void> {
    await keep(phone)
    phones = phones.map((each) => (each.keyId === phone.keyId ? phone : each))
  }

  async function toggleNotifications(): Promise<void> {
    say('')
    if (subscribed.size > 0) {
      for (const phone of phones) await subscribe(phone, null)
      await (await (await navigator.serviceWorker.ready).pushManager.getSubscription())?.unsubscribe()
      await look()
      return
    }
    if (pushKey === null) return
    try {
      await navigator.serviceWorker.register(workerAddress(), { scope: '/authenticator' })
      if ((await Notification.requestPermission()) !== 'granted') {
        say(word('notifyBlocked'))
        return
      }
      const { pushManager } = await navigator.serviceWorker.ready
      const made = await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytesOf(pushKey),
      })
      const subscription = {
        endpoint: made.endpoint,
        p256dh: base64url(made.getKey('p256dh') ?? new ArrayBuffer(0)),
        auth: base64url(made.getKey('auth') ?? new ArrayBuffer(0)),
      }
      for (const phone of phones) {
        const reply = await subscribe(phone, subscription)
        if (!reply.ok) say(word(reply.reason === 'unknown-service' ? 'notifyUnknown' : 'unreachableText'))
      }
    } catch {
      say(word('notifyBlocked'))
    }
    await look()
  }

  /** The one script address that the page's policy (Trusted Types) lets through. */
  function workerAddress(): string {
    const address = `/authenticator/worker.js?lang=${language}`
    const { trustedTypes } = window as unknown as {
      trustedTypes?: {
        createPolicy(
          name: string,
          rules: { createScriptURL(url: string): string },
        ): { createScriptURL(url: string): string }
      }
    }
    if (trustedTypes === undefined) return address
    workers ??= trustedTypes.createPolicy('worker', { createScriptURL: () => address })
    return workers.createScriptURL(address)
  }

  async function subscribe(phone: Phone, subscription: object | null): Promise<Answer> {
    const json = subscription === null ? '' : JSON.stringify(subscription)
    return await callSigned(phone, 'subscribe', 'subscribe', { subscription }, [json], true)
  }

  // The page

  function show(name: string): void {
    for (const id of ['pairing', 'waiting', 'home']) byId(id).hidden = id !== name
  }

  function say(text: string, kind: 'problem' | 'done' = 'problem'): void {
    byId('message').textContent = text
    byId('message').className = kind === 'done' ? 'note done' : 'note'
    byId('message').hidden = text === ''
  }

  function word(key: string): string {
    return words[key] ?? ''
  }

  function byId(id: string): HTMLElement {
    const found = document.getElementById(id)
    if (found === null) throw new Error(`The page has no ${id}.`)
    return found
  }
}
