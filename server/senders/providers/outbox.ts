import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoOf, type Clock } from '../../../shared/clock.ts'
import { sendFailed, type Provider } from '../provider.ts'

/**
 * Writes each message as a JSON file `{ at, channel, to, text }`, mails with `subject`, into a folder that only
 * the server's own account can read, for trying the product out. File names sort by time, those of one
 * millisecond by their order; a file appears whole.
 */
export function outboxProvider(folder: string, clock: Clock): Provider {
  let count = 0
  return {
    async send({ channel, subject, text, to }) {
      const at = isoOf(clock.nowMs())
      count += 1
      const order = String(count).padStart(6, '0')
      const name = `${at.replaceAll(':', '-')}-${order}-${randomBytes(4).toString('hex')}.json`
      const file = join(folder, name)
      const content = `${JSON.stringify({ at, channel, to, subject, text })}\n`
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await chmod(folder, 0o700)
        await writeFile(`${file}.part`, content, { mode: 0o600, flag: 'wx' })
        await rename(`${file}.part`, file)
      } catch (error) {
        throw sendFailed('provider-unreachable', {}, error)
      }
      return { price: null }
    },
  }
}
