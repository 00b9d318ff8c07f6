import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generate } from 'otplib'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { deskOf, holdfast, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import { atHome, button, keepBackupCodes, replaceOneTimePassword, typeCode, typePassword } from './person.ts'
import { backupComplete, beginFirstBackup } from './protect.ts'
import { audited, methodsOf } from './stored.ts'
import type { SetState } from '../../core/schedule/decide.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { words } from './words.ts'

const enrol = words('enrol')
const legacyOffer = words('legacyOffer')
const pair = words('pair')

const server = serverOfTests(['legacyClients=true'])
const permit = async (loginName: string, ...end: string[]): Promise<void> => {
  const { exitCode, stderr } = await server().command('user', 'legacy', loginName, ...end)
  if (exitCode !== 0) throw new Error(stderr)
}

// What differs between the programs is in the other files.
describe.each(hosts.slice(0, 1))('somebody from an older version before $name', (host) => {
  const desk = deskOf(host, server, { hasPhone: false, isImported: true })

  it('goes on without a second step, to set this computer up and to back it up', async (context) => {
    await permit(desk.user.loginName, '--days', '14')
    const page = await desk.page(context)
    await replaceOneTimePassword(page, server(), desk.user)
    await page.getByRole('heading', { name: legacyOffer.title }).waitFor()
    await button(page, legacyOffer.goOn).click()
    await atHome(page)
    await page.getByText(words('attention')['legacy-session'].title).waitFor()
    await beginFirstBackup(page, desk.files, 'Letters')
    // The first backup ends such a session, and the window says what comes next.
    await page.getByText(words('signIn').legacyEnded).waitFor({ timeout: 60_000 })
    expect(await recorded(desk.home)).toEqual(['manual complete'])
    expect(await audited(server(), desk.user, 'legacy.skipped')).toHaveLength(1)
    expect(await methodsOf(server(), desk.user)).toEqual([])
  }, 120_000)

  it('hears in the terminal why backups by themselves stopped when the permission is over', async (context) => {
    await desk.page(context)
    await desk.quit()
    await permit(desk.user.loginName, '--never')
    await makeDue(desk.home)
    await expect(holdfast(desk.home, 'run-due')).rejects.toMatchObject({ code: 66 })
    expect(await recorded(desk.home)).toEqual(['manual complete', 'catch-up second-factor-required'])
    const { attention } = (await holdfast(desk.home, 'status')) as { attention: { text: string }[] }
    expect(attention.map(({ text }) => text)).toContain(
      'Backups by themselves have stopped: the account needs a second factor.',
    )
  }, 60_000)

  it('is told so before signing in, is led to the second step, and finds the skip with its reason', async (context) => {
    const page = await desk.page(context)
    await page.getByText(words('signIn').backupsStopped).waitFor()
    await typePassword(page, server(), desk.user)
    await registerApp(page)
    const { 'held-up': heldUp } = words('attention')
    await page.getByText(heldUp.title.replace('{{name}}', 'Letters')).waitFor()
    await page.getByRole('link', { name: words('nav').activity }).click()
    await page.getByText(words('skip')['second-factor-required']).waitFor()
    await page.getByRole('link', { name: words('nav').home }).click()
    const attention = page.getByRole('list', { name: words('home').attention })
    await attention.getByRole('button', { name: heldUp.action }).click()
    await backupComplete(page)
    await desk.quit()
    await makeDue(desk.home)
    await holdfast(desk.home, 'run-due')
    expect(await recorded(desk.home)).toEqual([
      'manual complete',
      'catch-up second-factor-required',
      'manual complete',
      'catch-up complete',
    ])
  }, 120_000)
})

describe.each(hosts.slice(0, 1))('somebody from an older version without permission before $name', (host) => {
  const desk = deskOf(host, server, { hasPhone: false, isImported: true })

  it('is led to the second step at once', async (context) => {
    const page = await desk.page(context)
    await replaceOneTimePassword(page, server(), desk.user)
    await registerApp(page)
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'totp'])
    expect(await audited(server(), desk.user, 'legacy.skipped')).toEqual([])
  }, 60_000)
})

/** From the demand for a second step to the home screen. */
async function registerApp(page: Page): Promise<void> {
  await page.getByRole('heading', { name: enrol.mustTitle }).waitFor()
  await button(page, new RegExp(`^${enrol.totp.title}`)).click()
  await button(page, words('common').continue).click()
  await button(page, pair.showKey).click()
  const key = (await page.getByRole('group', { name: pair.key }).innerText()).replaceAll(/\s/g, '')
  await typeCode(page, words('code').field.totp, await generate({ secret: key }))
  await keepBackupCodes(page)
}

/** What the profile itself has of its runs, oldest first; the commands that list them want a session. */
async function recorded(home: string): Promise<string[]> {
  const lines = (await readFile(path.join(home, 'runs.jsonl'), 'utf8')).trim().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { run: JobRun })
  const last = new Map(entries.map(({ run }) => [run.id, run]))
  return [...last.values()].map(({ trigger, outcome, skipReason }) => `${trigger} ${skipReason ?? outcome}`)
}

/** As if the last look at the schedule were two days ago. No program may have the profile meanwhile. */
async function makeDue(home: string): Promise<void> {
  const file = path.join(home, 'schedule.json')
  const content = JSON.parse(await readFile(file, 'utf8')) as { states: Record<string, SetState> }
  const states = Object.values(content.states)
  if (states.length === 0) throw new Error('There is no schedule yet.')
  for (const state of states) Object.assign(state, { handledUntilMs: Date.now() - 2 * 86_400_000 })
  await writeFile(file, JSON.stringify(content))
}
