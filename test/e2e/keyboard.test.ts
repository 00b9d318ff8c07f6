import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { accountServer } from '../harness/account-server.ts'
import { deskOf, outcomes, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import { atHome, button } from './person.ts'
import { askedGroups, backupComplete, shownGroups } from './protect.ts'
import { filled, words } from './words.ts'

const server = serverOfTests()

describe.each(hosts)('somebody without a mouse before $name', (host) => {
  const desk = deskOf(host, server)

  it('signs in the first time and keeps the backup codes', async (context) => {
    const page = await desk.page(context)
    const { user } = desk
    const signIn = words('signIn')
    await page.getByLabel(signIn.password, { exact: true }).waitFor()
    await typeInto(page, page.getByLabel(signIn.server), server().address)
    await typeInto(page, page.getByLabel(signIn.loginName), user.loginName)
    await typeInto(page, page.getByLabel(signIn.password, { exact: true }), user.oneTimePassword ?? '')
    await page.keyboard.press('Enter')

    const password = words('password')
    await page.getByLabel(password.repeat, { exact: true }).waitFor()
    await typeInto(page, page.getByLabel(password.new, { exact: true }), user.password)
    await typeInto(page, page.getByLabel(password.repeat, { exact: true }), user.password)
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: words('choose').title }).waitFor()
    const phone = page
      .getByRole('list')
      .getByRole('button')
      .filter({ hasText: user.phone.slice(-4) })
    await press(page, phone.first(), 'Enter')

    // The field has the focus already: whoever has the message before them only types.
    const hint = page.getByText(filled(words('code').prefixText)).first()
    const prefix = /[A-Z]{4}/.exec(await hint.innerText())?.[0] ?? ''
    await page.keyboard.type(await accountServer(server()).passcode(prefix))

    const codes = words('codes')
    await page.getByRole('list', { name: codes.title }).waitFor()
    await press(page, page.getByLabel(codes.confirm), 'Space')
    await press(page, button(page, words('common').continue), 'Enter')
    await atHome(page)
    const name = page.getByText(user.loginName, { exact: true })
    await name.waitFor()
    expect(await name.count()).toBe(1)
  }, 90_000)

  it('is led to the first backup', async (context) => {
    const page = await desk.page(context)
    const wizard = words('wizard')
    await page.getByRole('region', { name: words('firstSteps').title }).waitFor()
    await press(page, page.getByRole('link', { name: words('home').protect }), 'Enter')
    await typeInto(page, page.getByLabel(words('sources').path), desk.files)
    await page.keyboard.press('Enter')
    for (const heading of [wizard.when.title, wizard.keep.title, wizard.kit.title]) {
      await press(page, button(page, words('common').continue), 'Enter')
      await page.getByRole('heading', { name: heading }).waitFor()
    }
    const groups = await shownGroups(page)
    await press(page, button(page, words('kit').kept), 'Enter')
    for (const { field, group } of await askedGroups(page, groups)) await typeInto(page, field, group)
    await page.keyboard.press('Enter')
    await press(page, button(page, wizard.createAndRun), 'Enter')
    await backupComplete(page)
    expect(await outcomes(desk.home)).toEqual(['backup complete'])
    const steps = page.getByRole('region', { name: words('firstSteps').title })
    await steps.getByText(words('firstSteps').restore.text).waitFor()
  }, 120_000)

  it('skips the first steps, which do not come back with the next start', async (context) => {
    const page = await desk.page(context)
    await press(page, button(page, words('firstSteps').skip), 'Enter')
    await page.getByRole('region', { name: words('firstSteps').title }).waitFor({ state: 'hidden' })
    await desk.quit()
    const next = await desk.page(context)
    await next.getByText(words('home').lastSuccess).first().waitFor()
    expect(await next.getByRole('region', { name: words('firstSteps').title }).count()).toBe(0)
  }, 60_000)
})

/** More stops than any screen has: whoever does not arrive goes in circles. */
const mostStops = 60

/** Goes to it as a person does, who has nothing but the tabulator. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stops = 0; stops < mostStops; stops += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`The keyboard does not reach ${String(target)}.`)
}

async function press(page: Page, target: Locator, key: 'Enter' | 'Space'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field)
  await page.keyboard.type(text)
}
