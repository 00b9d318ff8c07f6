import { beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { deskOf, serverOfTests, type Desk } from './desk.ts'
import { browser, desktop } from './hosts.ts'
import { atHome, button, replaceOneTimePassword, signOut, typePassword } from './person.ts'
import { audited, methodsOf } from './stored.ts'
import { words } from './words.ts'

const enrol = words('enrol')

// Nobody must have a second factor, but for who comes by a web page.
const server = serverOfTests(['secondFactor=offered'])
beforeAll(async () => {
  const setting = 'requireSecondFactorFor.webSignIns=true'
  const { exitCode, stderr } = await server().command('settings', 'set', setting)
  if (exitCode !== 0) throw new Error(stderr)
})

/** Up to the question for a second factor, and away from it. @returns whether going on without was offered */
async function meetsQuestion(desk: Desk, context: TestContext, title: string): Promise<boolean> {
  const page = await desk.page(context)
  await replaceOneTimePassword(page, server(), desk.user)
  const heading = page.getByRole('heading', { name: title })
  await heading.waitFor()
  const mayGoOn = await button(page, enrol.skip).isVisible()
  if (mayGoOn) {
    await button(page, enrol.skip).click()
    await atHome(page)
    await signOut(page)
  } else await button(page, words('signIn').otherAccount).click()
  // The same again with the person's own password.
  await typePassword(page, server(), desk.user)
  await heading.waitFor()
  expect(await methodsOf(server(), desk.user)).toEqual([])
  return mayGoOn
}

describe('where web sign-ins need a second factor, somebody without one', () => {
  const atDesktop = deskOf(desktop, server, { hasPhone: false })
  const onPage = deskOf(browser, server, { hasPhone: false })

  it('before the desktop window is offered one, and may go on without', async (context) => {
    expect(await meetsQuestion(atDesktop, context, enrol.offerTitle)).toBe(true)
    expect(await audited(server(), atDesktop.user, 'sign-in.finished')).toHaveLength(1)
  }, 60_000)

  it('before the page in a browser must register one, or stop', async (context) => {
    expect(await meetsQuestion(onPage, context, enrol.mustTitle)).toBe(false)
    expect(await audited(server(), onPage.user, 'sign-in.finished')).toEqual([])
  }, 60_000)
})
