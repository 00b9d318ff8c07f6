import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { ensureDefaultGroup } from '../accounts/groups.ts'
import {
  startTwilio,
  twilioAccount,
  twilioProblem,
  type TwilioStandIn,
} from '../senders/providers/twilio.fixture.ts'
import { openMigratedStore } from '../store/configured.ts'
import { runServerCommand } from './run.ts'

const { accountSid, authToken } = twilioAccount

let folder: string
let twilio: TwilioStandIn
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sender-command-'))
  twilio = await startTwilio()
  await configure('trial')
  // What the first start of a server makes.
  const store = await openMigratedStore({ databaseUrl: null }, folder)
  await ensureDefaultGroup({ store, clock: new FakeClock() })
  await store.close()
})
afterEach(async () => {
  await twilio.close()
  await rm(folder, { recursive: true, force: true })
})

const configure = (environment: string) =>
  writeFile(join(folder, 'holdfast.json'), JSON.stringify({ environment, name: 'Test CBS' }))

/** @param typed what a person types, asked for when it is needed */
async function run(
  args: readonly string[],
  typed: () => string = () => '',
): Promise<[number, string, string]> {
  let [out, err] = ['', '']
  const exitCode = await runServerCommand([...args, '--data', folder], {
    environment: {},
    clock: new FakeClock(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    readInput: () => Promise.resolve(typed()),
    readLine: () => Promise.resolve(typed()),
    actor: 'command:anna',
    onStop: () => undefined,
  })
  return [exitCode, out, err]
}

const twilioFlags = () => {
  const settings = [`accountSid=${accountSid}`, 'sender=+12025550123', `baseUrl=${twilio.baseUrl}`]
  return ['--provider', 'twilio', ...settings.flatMap((setting) => ['--set', setting])]
}
const addTwilio = (name = 'Twilio', ...more: string[]) =>
  run(
    ['sender', 'add', name, ...twilioFlags(), '--secret-stdin', 'authToken', ...more],
    () => `${authToken}\n`,
  )
const code = () => /-(\d+) is/.exec(twilio.messages.at(-1)?.text ?? '')?.[1] ?? ''

describe('holdfast-server sender', () => {
  it('adds a sender whose secret comes by standard input, and shows it to nobody', async () => {
    expect((await addTwilio())[0]).toBe(0)
    const [exitCode, out] = await run(['sender', 'list', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      senders: [
        { name: 'Twilio', channels: ['sms', 'voice'], order: 1, settings: { authToken: '********' } },
      ],
    })
    expect(out).not.toContain(authToken)
    expect((await run(['audit', 'list', '--json']))[1]).not.toContain(authToken)
  })

  it('takes a secret from a file too', async () => {
    const file = join(folder, 'token.txt')
    await writeFile(file, `${authToken}\n`)
    const args = ['sender', 'add', 'Twilio', ...twilioFlags(), '--secret-file', `authToken=${file}`]
    expect((await run(args))[0]).toBe(0)
    expect((await run(['sender', 'test', 'Twilio', '--to', '+49 1511 2345678'], code))[0]).toBe(0)
  })

  it('tests a sender: a passcode is sent, typed back and right', async () => {
    await addTwilio('Twilio', '--disabled')
    const [exitCode, out, err] = await run(['sender', 'test', 'Twilio', '--to', '+49 1511 2345678'], code)
    expect([exitCode, out]).toEqual([0, 'Test completed successfully\n'])
    expect(err).toContain('Sent to +4••••••••5678.')
    const [, counts] = await run(['sender', 'counts', '--json'])
    expect(JSON.parse(counts)).toMatchObject({
      counts: [
        { provider: 'twilio', country: 'DE', outcome: 'sent', count: 1, priceMicros: 7500, currency: 'USD' },
      ],
    })
    expect((await run(['sender', 'counts']))[1]).toContain('0.0075 USD')
  })

  it('tells a wrong code, and what a provider says, by exit codes', async () => {
    await addTwilio()
    const args = ['sender', 'test', 'Twilio', '--to', '+49 1511 2345678', '--json']
    const wrong = await run(args, () => '000000')
    expect([wrong[0], wrong[2]]).toEqual([32, expect.stringContaining('PASSCODE_WRONG')])
    twilio.next = twilioProblem(401, 20003, 'no')
    const refused = await run(args, code)
    expect([refused[0], refused[2]]).toEqual([57, expect.stringContaining('provider-refused')])
  })

  it('keeps the secret when something else is edited, and wants it again for another address', async () => {
    await addTwilio()
    expect((await run(['sender', 'edit', 'Twilio', '--name', 'Main', '--order', '3', '--disable']))[0]).toBe(
      0,
    )
    const [, listed] = await run(['sender', 'list'])
    expect(listed).toMatch(/Main +twilio +sms voice +3 +off/)
    expect((await run(['sender', 'test', 'Main', '--to', '+4915112345678'], code))[0]).toBe(0)
    const moved = await run(['sender', 'edit', 'Main', '--set', 'baseUrl=https://thief.example', '--json'])
    expect([moved[0], moved[2]]).toEqual([2, expect.stringContaining('secret-missing')])
  })

  it('removes a sender, by name', async () => {
    await addTwilio()
    expect((await run(['sender', 'remove', 'Twilio']))[0]).toBe(0)
    expect((await run(['sender', 'remove', 'Twilio']))[0]).toBe(4)
  })

  it.each([
    ['a secret as an argument', ['--provider', 'twilio', '--set', 'authToken=hunter2'], /secret-file/],
    ['a setting that the provider lacks', ['--provider', 'twilio', '--set', 'region=eu'], /has no setting/],
    ['a provider that is not there', ['--provider', 'pigeon'], /one of twilio/],
    ['a channel that is not there', ['--provider', 'twilio', '--channel', 'fax'], /one of sms/],
    ['a file that is not there', ['--provider', 'twilio', '--secret-file', 'authToken=/nowhere'], /ENOENT/],
    ['an ordinary setting as a secret', ['--provider', 'twilio', '--secret-stdin', 'sender'], /no secret/],
    ['missing settings', ['--provider', 'twilio'], /INPUT_INVALID/],
  ])('refuses %s', async (_what, flags, text) => {
    const [exitCode, out, err] = await run(['sender', 'add', 'x', ...flags])
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toMatch(text)
    expect(err).not.toContain('hunter2')
  })

  it('on a staging server tests by the outbox and says so', async () => {
    await addTwilio()
    await configure('staging')
    const [, , err] = await run(['sender', 'test', 'Twilio', '--to', '+4915112345678'])
    expect(err).toContain('the outbox folder')
    expect(twilio.requests).toEqual([])
  })

  it('names every provider with its settings', async () => {
    const [, out] = await run(['sender', 'providers'])
    for (const name of ['twilio-verify', 'textmagic', 'clicksend', 'sns', 'webhook', 'smtp', 'outbox'])
      expect(out).toContain(`\n${name} `)
    expect(out).toMatch(/authToken +secret +Auth token/)
  })
})

describe('holdfast-server alert', () => {
  it('lists that senders were changed, until somebody takes note', async () => {
    await addTwilio()
    const [, out] = await run(['alert', 'list'])
    expect(out).toContain('command:anna changed how passcodes are sent')
    const id = /alr_[\w-]{22}/.exec(out)?.[0] ?? ''
    expect((await run(['alert', 'acknowledge', id]))[1]).toBe('Done.\n')
    expect((await run(['alert', 'list', '--json']))[1]).toBe('{"alerts":[]}\n')
    expect((await run(['alert', 'list', '--all']))[1]).toContain('command:anna')
    expect((await run(['alert', 'acknowledge', 'alr_unknown']))[0]).toBe(4)
  })
})

describe('the doctor about messages', () => {
  const finding = async (): Promise<string> => {
    const [, out] = await run(['doctor'])
    return /^messages.*$/m.exec(out)?.[0] ?? ''
  }

  it('says where there is no sender', async () => {
    expect(await finding()).toMatch(/warning +No sender/)
  })

  it('says who sends what, and where nobody takes over', async () => {
    await configure('production')
    await addTwilio()
    expect(await finding()).toMatch(/ok +Twilio \(sms, voice\); nobody takes over for sms and voice/)
    await addTwilio('Second', '--order', '2')
    expect(await finding()).toMatch(/ok +Twilio \(sms, voice\), then Second \(sms, voice\)$/)
  })

  it('says where the outbox is a fault, and where it is for trying out', async () => {
    await run(['sender', 'add', 'Outbox', '--provider', 'outbox'])
    expect(await finding()).toMatch(/warning +Messages go to the outbox folder/)
    await configure('production')
    expect(await finding()).toMatch(/fault +The outbox is used in production/)
    expect((await run(['doctor']))[0]).toBe(3)
    await configure('staging')
    expect(await finding()).toMatch(/warning +A staging server/)
  })

  it('is asked of a database that is older than its program without changing it', async () => {
    for (const name of await readdir(folder)) {
      if (name.startsWith('holdfast.db')) await rm(join(folder, name))
    }
    for (const _again of [1, 2]) expect(await finding()).toMatch(/^messages +warning +Not looked at/)
  })
})
