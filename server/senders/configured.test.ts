import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverConfigSchema } from '../config.ts'
import { configuredSender, readConfiguredSettings } from './configured.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sender-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const read = (config: object) => readConfiguredSettings(serverConfigSchema.parse(config), folder)

describe('the sender of the configuration file', () => {
  it('is none unless the file names one', () => {
    expect(read({})).toBeNull()
    expect(configuredSender(serverConfigSchema.parse({}))).toBeNull()
  })

  it('is never the outbox in production', () => {
    expect(() => read({ environment: 'production', sms: { provider: 'outbox' } })).toThrow(/production/)
    expect(read({ environment: 'trial', sms: { provider: 'outbox' } })).toEqual({ provider: 'outbox' })
  })

  it('reads Twilio’s token from its own file, relative to the data folder', async () => {
    const sms = {
      provider: 'twilio',
      accountSid: 'AC1',
      authTokenFile: 'twilio-token',
      sender: '+12025550123',
    }
    expect(() => read({ sms })).toThrow(/ENOENT/)
    await writeFile(join(folder, 'twilio-token'), '\n')
    expect(() => read({ sms })).toThrow(/empty/)
    await writeFile(join(folder, 'twilio-token'), 'the token\n')
    expect(read({ sms })).toEqual({
      provider: 'twilio',
      accountSid: 'AC1',
      authToken: 'the token',
      sender: '+12025550123',
      baseUrl: 'https://api.twilio.com',
    })
  })

  it.each(['A\r\nBcc: eve@example.org', 'A\u2028B'])(
    'refuses the server name %j, which stands in mails',
    (name) => {
      expect(serverConfigSchema.safeParse({ name }).success).toBe(false)
    },
  )
})
