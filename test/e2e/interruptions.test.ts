import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { TestServer } from '../harness/server.ts'
import { deskOf, outcomes, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import { atHome, button, pickMethod, signInFirst, signOut, typePasscode, typePassword } from './person.ts'
import { backupComplete, protectFiles } from './protect.ts'
import { words } from './words.ts'

const unreachable = words('errors').SERVER_UNREACHABLE.title

const server = serverOfTests()

describe.each(hosts)('somebody who is interrupted before $name', (host) => {
  const desk = deskOf(host, server)

  it('with a passcode that came too late is told that it has expired', async (context) => {
    const page = await desk.page(context)
    await signInFirst(page, server(), desk.user)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, desk.user.phone.slice(-4))
    await page.getByRole('heading', { name: words('code').title.sms }).waitFor()
    expireChallenges(server())
    await typePasscode(page, server())
    await page.getByText(words('code').expired).waitFor()
    expect(await page.getByText(desk.user.loginName, { exact: true }).isVisible()).toBe(false)
    await button(page, words('signIn').otherAccount).click()
    await typePassword(page, server(), desk.user)
    await pickMethod(page, desk.user.phone.slice(-4))
    await typePasscode(page, server())
    await atHome(page)
  }, 90_000)

  it('by a server that is down is told so, and goes on by itself when it is back', async (context) => {
    const page = await desk.page(context)
    await page.getByRole('heading', { name: words('home').emptyTitle }).waitFor()
    await server().kill()
    try {
      await page.getByRole('link', { name: words('nav').account }).click()
      await page.getByText(unreachable, { exact: true }).first().waitFor()
      await page.getByRole('link', { name: words('nav').home }).click()
      // What is known already stays on the screen, and is called old.
      await page.getByRole('heading', { name: words('home').emptyTitle }).waitFor()
      await page.getByText(words('problem').serverLost).waitFor()
      await page.getByRole('link', { name: words('nav').account }).click()
      await page.getByText(unreachable, { exact: true }).first().waitFor()
    } finally {
      await server().restart()
    }
    await page.getByText(desk.user.phone.slice(-4)).first().waitFor({ timeout: 30_000 })
    await page.getByText(words('problem').serverLost).waitFor({ state: 'hidden' })
    expect(await page.getByText(unreachable, { exact: true }).count()).toBe(0)
  }, 120_000)

  it('who closes the window during a backup finds it going on', async (context) => {
    let page = await desk.page(context)
    await page.getByRole('link', { name: words('nav').home }).click()
    await protectFiles(page, desk.files, 'Letters')
    await page.getByRole('link', { name: words('nav').home }).click()
    await page.getByRole('link', { name: 'Letters', exact: true }).click()
    await page.getByLabel(words('bandwidth').uploadLimitKibPerSecond).fill('256')
    await button(page, words('common').save).click()
    await button(page, words('common').save).waitFor({ state: 'hidden' })
    await writeFile(path.join(desk.files, 'slow.bin'), randomBytes(2_500_000))
    await page.getByRole('link', { name: words('nav').home }).click()
    await button(page, words('home').backUpNow).click()
    await button(page, words('common').cancel).waitFor()
    page = await desk.reopen()
    await page.getByRole('link', { name: words('run').now.backup }).click()
    expect(await outcomes(desk.home)).toEqual(['backup complete'])
    await backupComplete(page)
    expect(await outcomes(desk.home)).toEqual(['backup complete', 'backup complete'])
  }, 150_000)
})

/** Nobody can wait five minutes for it here: the passcodes that are out lose their time in the database. */
function expireChallenges(running: TestServer): void {
  const database = new Database(path.join(running.dataFolder, 'holdfast.db'))
  try {
    const { changes } = database
      .prepare(
        `update transactions set state = json_set(state, '$.challenge.expiresAt', 1) where ended_at is null and challenge_id is not null`,
      )
      .run()
    if (changes === 0) throw new Error('No passcode is out.')
  } finally {
    database.close()
  }
}
