import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { deskOf, holdfast, outcomes, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import { button, pickMethod, signInFirst, typePasscode } from './person.ts'
import { protectFiles } from './protect.ts'
import { filled, words } from './words.ts'

const common = words('common')
const dryRun = words('dryRun')
const estimate = words('estimate')
const filePreview = words('filePreview')
const nav = words('nav')
const restore = words('restore')
const runLog = words('runLog')

const server = serverOfTests()

describe.each(hosts.slice(0, 1))('somebody before $name who wants to look first', (host) => {
  const desk = deskOf(host, server)
  const picture = 'boat.jpg'

  it('is told how much the chosen folder is before it is backed up', async (context) => {
    const page = await desk.page(context)
    await signInFirst(page, server(), desk.user)
    await writeFile(path.join(desk.files, picture), await paintedJpeg(page))
    await page.getByRole('link', { name: words('home').protect }).click()
    await page.getByLabel(words('sources').path).fill(desk.files)
    await button(page, common.add).click()
    const size = page.getByText(filled(estimate.size_other)).first()
    await size.waitFor()
    expect(await size.innerText()).toMatch(/^3 /)
    await page.getByRole('link', { name: nav.home }).click()
    await protectFiles(page, desk.files, 'Letters')
    expect(await outcomes(desk.home)).toEqual(['backup complete'])
  }, 90_000)

  it('learns from a dry run what would change, and nothing is stored or recorded', async (context) => {
    const page = await desk.page(context)
    await writeFile(path.join(desk.files, 'letters', 'to-ben.txt'), 'Dear Ben, changed since')
    await writeFile(path.join(desk.files, 'letters', 'to-cleo.txt'), 'Dear Cleo,')
    await page.getByRole('link', { name: nav.home }).click()
    await button(page, words('home').moreName.replace('{{name}}', 'Letters')).click()
    await page.getByRole('menuitem', { name: words('home').editSet }).click()
    const section = page.getByRole('region', { name: dryRun.title })
    await section.getByRole('button', { name: dryRun.start }).click()
    await section.getByText(dryRun.showChanges_other.replace('{{count}}', '2')).click({ timeout: 60_000 })
    const lines = await section.getByRole('listitem').allInnerTexts()
    expect(lines.map((line) => line.replaceAll(/\s+/g, ' ').replace(/ \S*\/letters/, '')).sort()).toEqual([
      'Changed/to-ben.txt 23 bytes',
      'New/to-cleo.txt 10 bytes',
    ])
    expect(await outcomes(desk.home)).toEqual(['backup complete'])
    const { snapshots } = (await holdfast(desk.home, 'snapshots', 'Letters')) as { snapshots: unknown[] }
    expect(snapshots).toHaveLength(1)
  }, 90_000)

  it('reads the log of the run', async (context) => {
    const page = await desk.page(context)
    await page.getByRole('link', { name: nav.activity }).click()
    await page.getByRole('main').getByRole('link').filter({ hasText: 'Letters' }).first().click()
    await button(page, runLog.show).click()
    const log = page.getByRole('list', { name: runLog.title })
    await log.getByText('restic').first().waitFor()
    expect(await log.innerText()).not.toContain(desk.user.password)
  }, 60_000)

  it('sees a text and a picture out of the backup, after proving a second factor', async (context) => {
    const page = await desk.page(context)
    await page.getByRole('link', { name: nav.restore, exact: true }).click()
    const list = page.getByRole('region', { name: restore.list })
    await list.waitFor()
    await button(page, filePreview.of.replace('{{name}}', picture)).click()
    await pickMethod(page, desk.user.phone.slice(-4))
    expect(await page.getByRole('img', { name: picture }).isVisible()).toBe(false)
    await typePasscode(page, server())
    const image = page.getByRole('img', { name: picture })
    await image.waitFor({ timeout: 60_000 })
    await expect
      .poll(() =>
        image.evaluate((shown: object) =>
          ['naturalWidth', 'naturalHeight'].map((side) => Reflect.get(shown, side) as number),
        ),
      )
      .toEqual([64, 48])
    await closePreview(page)
    await list.getByText('letters', { exact: true }).click()
    await button(page, filePreview.of.replace('{{name}}', 'to-ben.txt')).click()
    // As it was when it was backed up.
    await page.getByText('Dear Ben,', { exact: true }).waitFor({ timeout: 60_000 })
    await closePreview(page)
    // It was shown and not restored.
    expect(await outcomes(desk.home)).toEqual(['backup complete'])
    expect(await readFile(path.join(desk.files, 'letters', 'to-ben.txt'), 'utf8')).toBe(
      'Dear Ben, changed since',
    )
  }, 90_000)
})

async function closePreview(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: common.close, exact: true }).last().click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

/** A real photograph's file format, made by the browser that is at hand. */
async function paintedJpeg(page: Page): Promise<Buffer> {
  const address = await page.evaluate<string>(`(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
    const paint = canvas.getContext('2d')
    paint.fillStyle = 'steelblue'
    paint.fillRect(0, 0, 64, 48)
    return canvas.toDataURL('image/jpeg')
  })()`)
  return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64')
}
