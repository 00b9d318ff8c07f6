import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../core/client.ts'
import type { ClientOutput } from '../../shared/client-api.ts'
import { isAppError } from '../../shared/errors.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { computers, newPerson, type Person } from '../core/person.ts'
import { ask, expectStep, optionFor } from '../demo/client-session.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { chromiumPath, launchChromium } from './hosts.ts'
import { agreeInBrowser, makePasskeysPossible, openPasskeyPage } from './passkey-browser.ts'

/** Real WebAuthn: a running server, the client, and Chromium with its virtual authenticator. */
let browser: Browser | undefined
let server: TestServer
let site: string
let people: ReturnType<typeof computers>
let context: BrowserContext
let page: Page
let devTools: CDPSession
let authenticatorId: string

beforeAll(async () => {
  if ((await chromiumPath()) === undefined) return
  browser = await launchChromium()
  server = await startServer()
  site = await makePasskeysPossible(server)
  people = computers(server)
  context = await browser.newContext({ locale: 'en-US' })
}, 120_000)

afterAll(async () => {
  await people?.end()
  await browser?.close()
  await server?.dispose()
})

beforeEach(async (test) => {
  test.skip(browser === undefined, 'there is no Chromium')
  ;({ page, devTools, authenticatorId } = await openPasskeyPage(context))
  return async () => {
    await page.close()
  }
})

/** What the client waits for while the person is in the browser. */
async function handedOff(
  client: Client,
  inBrowser: (handOff: ClientOutput<'transaction.startHandOff'>) => Promise<void>,
  way: 'this-computer' | 'other-device' = 'this-computer',
): Promise<ClientStep | string> {
  const handOff = await ask(client.api, 'transaction.startHandOff', { way })
  const waiting = ask(client.api, 'transaction.awaitHandOff', {}).then(
    ({ step }) => step,
    (error: unknown) =>
      isAppError(error) ? `${error.code} ${String(error.details?.['reason'])}` : 'unknown',
  )
  await inBrowser(handOff)
  return await waiting
}

const agree = (button: string) => (handOff: { address: string }) =>
  agreeInBrowser(page, handOff.address, button)

async function withPasskey(): Promise<{ person: Person; client: Client }> {
  const person = await newPerson(server, { phone: false })
  const client = await people.start()
  const { loginName, oneTimePassword, password } = person
  await ask(client.api, 'signIn.start', { loginName, password: oneTimePassword })
  const changed = await ask(client.api, 'transaction.changePassword', { newPassword: password })
  expect(expectStep(changed.step, 'must-enrol').methods).toContain('passkey')
  const { step } = await ask(client.api, 'transaction.startEnrolment', {
    method: 'passkey',
    label: 'Virtual',
  })
  expectStep(step, 'register-passkey')
  const end = await handedOff(client, agree('Make passkey'))
  expect(typeof end === 'string' ? end : end.kind).toBe('signed-in')
  return { person, client }
}

async function signingIn({ loginName, password }: Person): Promise<Client> {
  const client = await people.start()
  const { step } = await ask(client.api, 'signIn.start', { loginName, password })
  const { factorId } = optionFor(step, ({ method }) => method === 'passkey')
  const chosen = await ask(client.api, 'transaction.chooseMethod', { factorId })
  expectStep(chosen.step, 'use-passkey')
  return client
}

/** What axe finds on the page as it is now. */
async function barriers(): Promise<unknown> {
  await page.evaluate(await readFile(path.join('node_modules', 'axe-core', 'axe.min.js'), 'utf8'))
  return await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')
}

const kindOf = (end: ClientStep | string): string => (typeof end === 'string' ? end : end.kind)

describe('a passkey in Chromium', () => {
  it('is made at the first sign-in, signs in at another computer, and steps up', async () => {
    const { person } = await withPasskey()
    const client = await signingIn(person)
    expect(kindOf(await handedOff(client, agree('Use passkey')))).toBe('signed-in')
    expect((await ask(client.api, 'account.me', {})).session.provenBy).toEqual(['password', 'passkey'])
    const { step } = await ask(client.api, 'stepUp.start', { operation: { kind: 'change-factors' } })
    const { factorId } = optionFor(step, ({ method }) => method === 'passkey')
    await ask(client.api, 'transaction.chooseMethod', { factorId })
    const end = await handedOff(client, async (handOff) => {
      await page.goto(handOff.address)
      await page.getByText('Somebody wants to change the sign-in methods.').waitFor()
      await page.getByRole('button', { name: 'Use passkey' }).click()
      await page.getByRole('heading', { name: 'Done' }).waitFor()
    })
    expect(kindOf(end)).toBe('granted')
  })

  it('is asked for only after the page has said who asks, and leaves no secret in address or history', async () => {
    const { person } = await withPasskey()
    const client = await signingIn(person)
    const end = await handedOff(client, async (handOff) => {
      await page.goto(handOff.address)
      await page.getByText('Somebody wants to sign in to this account.').waitFor()
      await page.getByText(person.loginName).waitFor()
      await page.getByText('127.0.0.1').waitFor()
      expect(page.url()).toBe(`${site}/passkey`)
      await page.reload()
      await page.getByRole('heading', { name: 'Type the code' }).waitFor()
      await ask(client.api, 'transaction.cancelHandOff', {})
    })
    expect(kindOf(end)).toBe('HAND_OFF_ENDED cancelled')
  })

  it('is not used under another address of the same server', async () => {
    const { person } = await withPasskey()
    const client = await signingIn(person)
    const end = await handedOff(client, async (handOff) => {
      await page.goto(handOff.address.replace('localhost', '127.0.0.1'))
      await page.getByRole('button', { name: 'Use passkey' }).click()
      await page.getByText('This page was opened under another address than the server’s own.').waitFor()
      await page.getByRole('button', { name: 'No, this was not me' }).click()
      await page.getByRole('heading', { name: 'Declined' }).waitFor()
    })
    expect(kindOf(end)).toBe('HAND_OFF_ENDED declined')
  })

  it('that was copied is refused, and the page says so', async () => {
    const { person } = await withPasskey()
    const first = await signingIn(person)
    expect(kindOf(await handedOff(first, agree('Use passkey')))).toBe('signed-in')
    const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId })
    const [credential] = credentials
    if (credential === undefined) throw new Error('The authenticator has no passkey.')
    await devTools.send('WebAuthn.removeCredential', {
      authenticatorId,
      credentialId: credential.credentialId,
    })
    await devTools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: { ...credential, signCount: 0 },
    })
    const client = await signingIn(person)
    const end = await handedOff(client, async (handOff) => {
      await page.goto(handOff.address)
      await page.getByRole('button', { name: 'Use passkey' }).click()
      await page.getByText('There seems to be a copy of this passkey').waitFor()
      await ask(client.api, 'transaction.cancelHandOff', {})
    })
    expect(kindOf(end)).toBe('HAND_OFF_ENDED cancelled')
  })

  it('without a verified person proves nothing', async () => {
    const { person } = await withPasskey()
    await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    const client = await signingIn(person)
    const end = await handedOff(client, async (handOff) => {
      await page.goto(handOff.address)
      await page.getByRole('button', { name: 'Use passkey' }).click()
      await page.getByText('No passkey was used. Try again when you are ready.').waitFor()
      await ask(client.api, 'transaction.cancelHandOff', {})
    })
    expect(kindOf(end)).toBe('HAND_OFF_ENDED cancelled')
  })

  it('is used on another device by typing the code, where policy allows it', async () => {
    const { person } = await withPasskey()
    const set = ['group', 'set-policy', 'Default', '--set', 'passkeyOnOtherDevice=true'] as const
    expect((await server.command(...set)).exitCode).toBe(0)
    const client = await signingIn(person)
    const end = await handedOff(
      client,
      async (handOff) => {
        await page.goto(handOff.address)
        await page.getByLabel('Code').fill('bcdf-ghjk')
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByText('There is no open request with this code.').waitFor()
        await page.getByLabel('Code').fill(handOff.userCode ?? '')
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByText('on the computer named above').waitFor()
        expect(await barriers()).toEqual([])
        await page.getByRole('button', { name: 'Use passkey' }).click()
        await page.getByRole('heading', { name: 'Done' }).waitFor()
      },
      'other-device',
    )
    expect(kindOf(end)).toBe('signed-in')
  })
})

describe('the page for passkeys', () => {
  it('runs its own script only, fetches nothing from elsewhere, and cannot be framed', async () => {
    const answer = await fetch(`${site}/passkey`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(await answer.text()).not.toMatch(/(src|href)=/)
    const refused: string[] = []
    page.on('console', (message) => refused.push(message.text()))
    await page.goto(`${site}/passkey`)
    await page.getByRole('heading', { name: 'Type the code' }).waitFor()
    expect(refused).toEqual([])
  })

  it.each([
    ['de', 'Code eingeben', 'ltr'],
    ['ja', 'コードを入力', 'ltr'],
    ['ar', 'اكتب الرمز', 'rtl'],
  ])('speaks %s', async (language, title, direction) => {
    await page.goto(`${site}/passkey?lang=${language}`)
    await page.getByRole('heading', { name: title }).waitFor()
    expect(await page.locator('html').getAttribute('dir')).toBe(direction)
  })

  it.each(['light', 'dark'] as const)('has no barrier that axe finds, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.goto(`${site}/passkey`)
    await page.getByRole('heading', { name: 'Type the code' }).waitFor()
    expect(await barriers()).toEqual([])
  })
})
