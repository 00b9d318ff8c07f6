/** The words of the page, in one language; the script gets them beside it as data. */
export interface PageScriptWords {
  readonly [key: string]: string
}

/**
 * What the page does, in a browser. The server sends this function's own text, so it uses nothing from
 * outside of itself but the browser.
 *
 * 1. The secret of the address is taken out of it, and out of the history, before anything is asked.
 * 2. Nothing is proven before the person has read who asks and has agreed.
 * 3. Everything that came from elsewhere is shown as text, never as markup.
 */
export function runPage(): void {
  const words = JSON.parse(byId('words').textContent) as PageScriptWords
  const language = document.documentElement.lang
  const secret = location.hash.slice(1)
  history.replaceState(null, '', location.pathname + location.search)
  // An address of the same page, put into the same tab, only changes what stands behind the #.
  addEventListener('hashchange', () => location.reload())
  let pageKey = ''
  let isNew = false
  let isRemote = false

  if (secret === 'done' || secret === 'declined') showEnd(secret === 'done' ? 'done' : 'declined')
  else if (
    typeof PublicKeyCredential === 'undefined' ||
    !('parseRequestOptionsFromJSON' in PublicKeyCredential)
  )
    showEnd('tooOld')
  else if (/^[A-Za-z0-9_-]{43}$/.test(secret)) void open({ token: secret })
  else askCode()

  function askCode(): void {
    show('code')
    const field = byId('user-code') as HTMLInputElement
    field.focus()
    byId('code-form').onsubmit = (event) => {
      event.preventDefault()
      if (field.value.trim().length >= 8) void open({ userCode: field.value.trim() })
    }
  }

  async function open(by: { token: string } | { userCode: string }): Promise<void> {
    isRemote = 'userCode' in by
    const reply = await call('open', by)
    if (!reply.ok) {
      if (isRemote && (reply.code === 'HAND_OFF_ENDED' || reply.code === 'INPUT_INVALID'))
        say(word('codeUnknown'))
      else if (isRemote && reply.code === 'RATE_LIMITED') say(word('tooManyCodes'))
      else showEnd(reply.code === 'UNREACHABLE' ? 'unreachable' : 'over')
      return
    }
    pageKey = String(reply.body['pageKey'])
    showRequest(reply.body['handOff'] as Record<string, unknown>)
  }

  function showRequest(request: Record<string, unknown>): void {
    isNew = request['isNew'] === true
    const operation = request['operation'] as { kind: string } | null
    byId('title').textContent = word(isNew ? 'titleRegister' : 'titleUse')
    byId('what').textContent =
      operation === null
        ? word(`purpose.${String(request['purpose'])}`)
        : (words[`operation.${operation.kind}`] ?? word('operation.other'))
    byId('account').textContent = String(request['loginName'])
    byId('server').textContent = String(request['serverName'])
    byId('server-part').hidden = request['serverName'] === 'Holdfast'
    byId('computer').textContent = String(request['hostName'])
    byId('program').textContent = String(request['clientName'])
    byId('address').textContent = String(request['address'])
    byId('started').textContent = new Date(String(request['startedAt'])).toLocaleString(language)
    byId('other-network').hidden = request['isSameNetwork'] === true
    byId('remote').hidden = !isRemote
    byId('only-if-you').textContent = word(isRemote ? 'onlyIfYouThere' : 'onlyIfYou')
    byId('agree').textContent = word(isNew ? 'agreeRegister' : 'agreeUse')
    byId('agree').onclick = () => void prove()
    byId('refuse').onclick = () => void decline()
    show('request')
    byId('title').focus()
  }

  async function prove(): Promise<void> {
    setBusy(true)
    const answer = await useCredential()
    setBusy(false)
    if (answer === null) return
    const reply = await call('answer', { pageKey, answer })
    if (reply.ok) leave(reply.body['redirect'], 'done')
    else if (reply.code === 'PASSKEY_REFUSED')
      say(word(reply.reason === 'counter' ? 'copied' : 'notAccepted'))
    else showEnd(reply.code === 'UNREACHABLE' ? 'unreachable' : 'over')
  }

  async function useCredential(): Promise<object | null> {
    const reply = await call('options', { pageKey })
    if (!reply.ok) {
      showEnd(reply.code === 'UNREACHABLE' ? 'unreachable' : 'over')
      return null
    }
    const options = reply.body['options']
    try {
      const credential = isNew
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
              options as PublicKeyCredentialCreationOptionsJSON,
            ),
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
              options as PublicKeyCredentialRequestOptionsJSON,
            ),
          })
      if (credential === null) return null
      return { ...(credential as PublicKeyCredential).toJSON(), kind: isNew ? 'register' : 'use' }
    } catch (error) {
      const name = error instanceof Error ? error.name : ''
      say(
        word(
          name === 'InvalidStateError' ? 'registered' : name === 'SecurityError' ? 'wrongAddress' : 'notUsed',
        ),
      )
      return null
    }
  }

  async function decline(): Promise<void> {
    const reply = await call('decline', { pageKey })
    if (reply.ok) leave(reply.body['redirect'], 'declined')
    else showEnd('over')
  }

  function leave(redirect: unknown, end: string): void {
    showEnd(end)
    // Only back to the program on this computer that waits for it.
    if (typeof redirect === 'string' && redirect.startsWith('http://127.0.0.1:')) location.replace(redirect)
  }

  type Answer =
    | { readonly ok: true; readonly body: Record<string, unknown> }
    | { readonly ok: false; readonly code: string; readonly reason: string }

  async function call(path: string, body: object): Promise<Answer> {
    say('')
    try {
      const response = await fetch(`/api/v1/passkey/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        credentials: 'omit',
        cache: 'no-store',
      })
      const answer = (await response.json()) as Record<string, unknown>
      if (response.ok) return { ok: true, body: answer }
      const details = (answer['details'] ?? {}) as Record<string, unknown>
      return { ok: false, code: String(answer['code']), reason: String(details['reason']) }
    } catch {
      return { ok: false, code: 'UNREACHABLE', reason: '' }
    }
  }

  function showEnd(end: string): void {
    byId('end-title').textContent = word(`${end}Title`)
    byId('end-text').textContent = word(`${end}Text`)
    say('')
    show('end')
    byId('end-title').focus()
  }

  function show(name: string): void {
    for (const id of ['code', 'request', 'end']) byId(id).hidden = id !== name
  }

  function say(text: string): void {
    byId('message').textContent = text
    byId('message').hidden = text === ''
  }

  function setBusy(isBusy: boolean): void {
    for (const id of ['agree', 'refuse']) (byId(id) as HTMLButtonElement).disabled = isBusy
    byId('busy').hidden = !isBusy
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
