import { generate } from 'otplib'
import { describe, expect, it } from 'vitest'
import { deskOf, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import { button, keepBackupCodes, typeCode } from './person.ts'
import { audited } from './stored.ts'
import { words } from './words.ts'

const code = words('code')
const common = words('common')
const email = words('email')
const enrol = words('enrol')
const forgot = words('forgot')
const pair = words('pair')
const password = words('password')
const signIn = words('signIn')
const trial = words('trial')

const server = serverOfTests(['methods=totp,backup-code'])
const address = 'zoe@example.org'
const chosen = 'a good long password'

describe.each(hosts.slice(0, 1))('somebody before $name who has no account', (host) => {
  const desk = deskOf(host, server)

  it('registers a trial, signs in with a new second step, and is told when it ends', async (context) => {
    const page = await desk.page(context)
    await server().command('settings', 'set', 'trial.isOffered=true', 'trial.days=7')
    await page.getByLabel(signIn.server).fill(server().address)
    await button(page, trial.link).click()
    await page.getByLabel(email.title).fill(address)
    await button(page, forgot.send).click()
    const isMailed = async () => (await server().outbox()).some(({ to }) => to === address)
    await expect.poll(isMailed, { timeout: 15_000 }).toBe(true)
    const mail = (await server().outbox()).findLast(({ to }) => to === address)?.text ?? ''
    await page.getByLabel(forgot.code).fill(/[a-z0-9]{5}(?:-[a-z0-9]{5}){3}/.exec(mail)?.[0] ?? '')
    await page.getByLabel(password.new, { exact: true }).fill(chosen)
    await page.getByLabel(password.repeat).fill(chosen)
    await button(page, trial.create).click()

    await page.getByLabel(signIn.password, { exact: true }).fill(chosen)
    expect(await page.getByLabel(signIn.loginName).inputValue()).toBe(address)
    await button(page, signIn.submit).click()
    await page.getByRole('heading', { name: enrol.mustTitle }).waitFor()
    await button(page, new RegExp(`^${enrol.totp.title}`)).click()
    await button(page, common.continue).click()
    await button(page, pair.showKey).click()
    const secret = (await page.getByRole('group', { name: pair.key }).innerText()).replaceAll(/\s/g, '')
    await typeCode(page, code.field.totp, await generate({ secret }))
    await keepBackupCodes(page)
    await page.getByText(/free trial ends in 7 days/).waitFor()
    const me = { ...desk.user, loginName: address }
    expect(await audited(server(), me, 'sign-in.finished')).toEqual(['sign-in.finished ok totp'])
  }, 90_000)
})
