import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import type { TestServer } from '../harness/server.ts'

/**
 * Gives the server the address that passkeys are made for, and starts it again.
 *
 * @returns that address; a browser takes `localhost` for as safe as https
 */
export async function makePasskeysPossible(server: TestServer): Promise<string> {
  const site = `http://localhost:${new URL(server.address).port}`
  const file = path.join(server.dataFolder, 'holdfast.json')
  const config = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...config, publicAddress: site }))
  await server.restart()
  return site
}

/** A page in a browser whose user has an authenticator and agrees at once. */
export interface PasskeyPage {
  readonly page: Page
  readonly devTools: CDPSession
  readonly authenticatorId: string
}

export async function openPasskeyPage(context: BrowserContext): Promise<PasskeyPage> {
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const devTools = await context.newCDPSession(page)
  await devTools.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { page, devTools, authenticatorId }
}

/** What the person does there: reads the page that was handed over, and agrees. */
export async function agreeInBrowser(page: Page, address: string, button: string): Promise<void> {
  await page.goto(address)
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('heading', { name: 'Done' }).waitFor()
}
