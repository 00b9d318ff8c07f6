import type { Page } from 'playwright-core'
import { button } from './person.ts'
import { filled, words } from './words.ts'

/** The wizard from the first folder over the recovery kit to a first backup that is complete. */
export async function protectFiles(page: Page, folder: string, name: string): Promise<void> {
  await beginFirstBackup(page, folder, name)
  await backupComplete(page)
}

/** The same up to the button that starts the backup, pressed. */
export async function beginFirstBackup(page: Page, folder: string, name: string): Promise<void> {
  const wizard = words('wizard')
  const common = words('common')
  await page.getByRole('link', { name: words('home').protect }).click()
  await page.getByLabel(words('sources').path).fill(folder)
  await button(page, common.add).click()
  await page.getByLabel(words('set').name).fill(name)
  for (const heading of [wizard.when.title, wizard.keep.title, wizard.kit.title]) {
    await button(page, common.continue).click()
    await page.getByRole('heading', { name: heading }).waitFor()
  }
  const groups = await shownGroups(page)
  await button(page, words('kit').kept).click()
  for (const { field, group } of await askedGroups(page, groups)) await field.fill(group)
  await button(page, words('kit').confirm).click()
  await button(page, wizard.createAndRun).click()
}

export async function backupComplete(page: Page): Promise<void> {
  await page.getByText(words('run').result.backup.complete).first().waitFor({ timeout: 60_000 })
}

/** The groups of the key on the kit that is on the screen. */
export async function shownGroups(page: Page): Promise<string[]> {
  const kit = await page.getByRole('region', { name: words('kit').title, exact: true }).innerText()
  return /HFK1((?:-[A-Z0-9]{4})+)/.exec(kit)?.[1]?.slice(1).split('-') ?? []
}

/** The fields in which some of the groups are asked for, with what belongs into them. */
export async function askedGroups(page: Page, groups: readonly string[]) {
  const label = words('kit').group
  await page.getByLabel(filled(label)).first().waitFor()
  const fields = groups.map((group, index) => ({
    group,
    field: page.getByLabel(label.replace('{{number}}', String(index + 1)), { exact: true }),
  }))
  const areAsked = await Promise.all(fields.map(({ field }) => field.isVisible()))
  return fields.filter((_, index) => areAsked[index])
}
