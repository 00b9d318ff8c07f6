import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { serverConfigSchema } from '../config.ts'
import { configuredSmsSender } from './configured.ts'
import { startTwilio, twilioAccount } from './twilio.fixture.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sender-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const configured = (config: object) =>
  configuredSmsSender(serverConfigSchema.parse(config), folder, new FakeClock())

describe('the configured sender', () => {
  it('is none unless the configuration names one', () => {
    expect(configured({})).toBeNull()
  })

  it('is never the outbox in production', () => {
    expect(() => configured({ environment: 'production', sms: { provider: 'outbox' } })).toThrow(/production/)
    expect(configured({ environment: 'trial', sms: { provider: 'outbox' } })).not.toBeNull()
  })

  it('reads Twilio’s token from its own file, relative to the data folder', async () => {
    const twilio = await startTwilio()
    const { accountSid, authToken } = twilioAccount
    const sms = {
      provider: 'twilio',
      accountSid,
      authTokenFile: 'twilio-token',
      sender: '+12025550123',
      baseUrl: twilio.baseUrl,
    }
    expect(() => configured({ sms })).toThrow(/ENOENT/)
    await writeFile(join(folder, 'twilio-token'), '\n')
    expect(() => configured({ sms })).toThrow(/empty/)
    await writeFile(join(folder, 'twilio-token'), `${authToken}\n`)
    await configured({ sms })?.send({ to: '+4915112345678', text: 'hello' })
    expect(twilio.arrived).toHaveLength(1)
    await twilio.close()
  })
})
