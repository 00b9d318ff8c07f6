import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { FakeClock } from '../../../shared/clock.ts'
import { channelSchema } from '../../../shared/model/sender.ts'
import { providerContract, type ProviderUnderTest } from '../provider.contract.ts'
import { outboxProvider } from './outbox.ts'

const fileSchema = z.strictObject({
  at: z.iso.datetime(),
  channel: channelSchema,
  to: z.string(),
  subject: z.string().optional(),
  text: z.string(),
})
const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function create(): Promise<ProviderUnderTest & { outbox: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-outbox-'))
  folders.push(folder)
  const outbox = join(folder, 'outbox')
  return {
    outbox,
    provider: outboxProvider(outbox, new FakeClock()),
    arrived: async () => {
      const names = (await readdir(outbox)).sort((a, b) => a.localeCompare(b))
      const files = await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')))
      return files.map((text) => {
        const { to, text: body } = fileSchema.parse(JSON.parse(text))
        return { to, text: body }
      })
    },
    breakDown: async () => {
      await rm(outbox, { recursive: true, force: true })
      await writeFile(outbox, 'a file where the folder belongs')
    },
    secrets: [],
  }
}

providerContract('the outbox', 'sms', create)
providerContract('the outbox', 'email', create)

it('the outbox can be read by its owner only', async () => {
  const { outbox, provider } = await create()
  await provider.send({ language: 'en', channel: 'voice', to: '+4915112345678', text: 'hello' })
  const [name = ''] = await readdir(outbox)
  expect((await stat(outbox)).mode & 0o777).toBe(0o700)
  expect((await stat(join(outbox, name))).mode & 0o777).toBe(0o600)
  expect(name).toMatch(/^2026-01-05T08-00-00\.000Z-000001-[0-9a-f]{8}\.json$/)
})
